import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type Browser, type BrowserType, chromium, firefox } from "playwright";
import { findBrowser } from "../scripts/browsers.mjs";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".csv": "text/csv",
};

export const BROWSERS = ["chromium", "firefox"] as const;

/** Serves the files of a folder, which ends with a slash, on a free local port. */
export async function serve(folder: string): Promise<{ origin: string; close(): void }> {
  const server = createServer((request, response) => {
    const path = join(folder, normalize(new URL(request.url!, "http://localhost").pathname));
    const isFile = path.startsWith(folder) && statSync(path, { throwIfNoEntry: false })?.isFile();
    if (!isFile) return void response.writeHead(404).end();
    response.setHeader("Content-Type", TYPES[extname(path)] ?? "application/octet-stream");
    createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

/** Launches a headless browser: the installed one, or that of Playwright. */
export function launch(name: (typeof BROWSERS)[number]): Promise<Browser> {
  const type: BrowserType = name === "chromium" ? chromium : firefox;
  const executablePath = findBrowser(name);
  return type.launch({
    ...(executablePath && { executablePath }),
    ...(executablePath && name === "firefox" && { channel: "moz-firefox" }),
    args: name === "chromium" ? ["--no-sandbox", "--disable-gpu"] : [],
  });
}
