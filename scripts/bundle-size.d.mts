export function gzipped(bytes: Uint8Array): number;
export function bundleSize(entry: string): Promise<{ minified: number; gzipped: number }>;
