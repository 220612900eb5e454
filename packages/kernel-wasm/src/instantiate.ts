import { kernelHex } from "./generated/kernel-bytes.js";

/** A compiled `WebAssembly.Module`. That name would require the DOM library, in which the type has no members either. */
export type KernelModule = object;

/** Where to load the kernel from: a `URL`, its bytes, or a compiled `WebAssembly.Module`. */
export type KernelSource = { readonly href: string } | ArrayBuffer | ArrayBufferView | KernelModule;

/** (func (result v128) i32.const 0, i8x16.splat) in hexadecimal: valid only if the engine supports SIMD. */
const SIMD_PROBE = "0061736d010000000105016000017b030201000a080106004100fd0f0b";

let embedded: Promise<WebAssembly.Module> | undefined;

/** Decodes hexadecimal. Uses Node's decoder if there is one, as the loop takes a millisecond before an engine optimizes it. */
function decodeHex(text: string): Uint8Array<ArrayBuffer> {
  const { Buffer } = globalThis as {
    Buffer?: { from(text: string, encoding: "hex"): Uint8Array<ArrayBuffer> };
  };
  if (Buffer) return Buffer.from(text, "hex");
  const digit = (i: number) => {
    const code = text.charCodeAt(i);
    return code < 58 ? code - 48 : code - 87; // 0…9, a…f
  };
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 16 * digit(2 * i) + digit(2 * i + 1);
  return bytes;
}

async function compile(bytes: BufferSource): Promise<WebAssembly.Module> {
  try {
    return compileAtOnce(bytes) ?? (await WebAssembly.compile(bytes));
  } catch (cause) {
    const reason = WebAssembly.validate(decodeHex(SIMD_PROBE))
      ? "the kernel could not be compiled; where the page has a Content-Security-Policy, add 'wasm-unsafe-eval' to its script-src"
      : "this engine has no WebAssembly SIMD: use Node 16.4, Chrome 91, Firefox 89, Safari 16.4 or later";
    throw new Error(reason, { cause });
  }
}

/**
 * Compiles synchronously: for a module of this size that takes a millisecond, less than compilation on another thread. Returns undefined if
 * the engine allows that only for smaller modules.
 */
function compileAtOnce(bytes: BufferSource): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // older Chromium, beyond 4 KiB
    throw error;
  }
}

/**
 * The compiled kernel. The embedded one is compiled once and shared.
 * @throws Error if the engine has no SIMD, the page's policy forbids WebAssembly, or the URL cannot be fetched.
 */
export async function compileKernel(source?: KernelSource): Promise<KernelModule> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof URL) {
    const response = await fetch(source);
    if (!response.ok) throw new Error(`kernel at ${source.href}: expected status 200, got ${response.status}`);
    return compile(await response.arrayBuffer());
  }
  if (source !== undefined) return compile(source as BufferSource);
  embedded ??= compile(decodeHex(kernelHex));
  return embedded;
}
