/** Imports a module that `npm ci` in bench/ installs. */
export function peer<T>(name: string): Promise<T>;
