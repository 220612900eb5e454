export const CHROMIUM_FLAGS: readonly string[];
export function findBrowser(browser: "chromium" | "firefox"): string | undefined;
export function installBrowsers(): void;
