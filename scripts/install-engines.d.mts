export function findWebKitGtk(): string | undefined;
export function installEngines(): void;
