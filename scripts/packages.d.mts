export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
}
export const packageNames: readonly string[];
export const VERSION_LINE: RegExp;
export function readManifest(name: string): Manifest;
export function withSharedFields(manifest: Manifest, name: string): Manifest;
export function versionFiles(): string[];
