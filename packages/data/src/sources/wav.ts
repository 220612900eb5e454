import { expectInteger, expectOneOf } from "@sluice/kernel-wasm/checks";
import { DataError } from "../data-error.js";
import type { Series } from "../series/series.js";

export const WAV_FORMATS = ["pcm8", "pcm16", "pcm24", "pcm32", "float32", "float64"] as const;
export type WavFormat = (typeof WAV_FORMATS)[number];

/** A waveform: samples from −1 to 1, one array per channel. */
export interface Wave {
  /** Samples per second. */
  readonly sampleRate: number;
  readonly channels: readonly Float64Array[];
  readonly format: WavFormat;
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

const tag = (view: DataView, at: number) =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits or floating point of 32 or 64, any number of channels.
 * Source: Multimedia Programming Interface and Data Specifications 1.0 (1991), and WAVE_FORMAT_EXTENSIBLE.
 * @throws DataError for a file that is cut off, contradicts itself, or has another encoding.
 */
export function readWave(bytes: Uint8Array, { file }: { readonly file?: string } = {}): Wave {
  const fail = (fault: string) => new DataError(`expected a WAV file, got ${fault}`, { file });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || tag(view, 0) !== "RIFF" || tag(view, 8) !== "WAVE") throw fail("other bytes");
  let format: { code: number; channels: number; rate: number; block: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = tag(view, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (body + size > bytes.length)
      throw fail(
        `one that ends within its part "${name.trim()}": ${size} bytes expected, ${bytes.length - body} there`,
      );
    if (name === "fmt ") {
      if (size < 16) throw fail("a format part that is too short");
      const code = view.getUint16(body, true);
      format = {
        code: code === EXTENSIBLE && size >= 40 ? view.getUint16(body + 24, true) : code,
        channels: view.getUint16(body + 2, true),
        rate: view.getUint32(body + 4, true),
        block: view.getUint16(body + 12, true),
        bits: view.getUint16(body + 14, true),
      };
    } else if (name === "data") {
      if (!format) throw fail("samples before their format");
      const { code, channels, rate, block, bits } = format;
      const kind = WAV_FORMATS.find(
        (known) => known === `${code === PCM ? "pcm" : code === FLOAT ? "float" : "other"}${bits}`,
      );
      if (!kind) throw fail(`encoding ${code} with ${bits} bits; write it as PCM or floating point`);
      if (channels < 1 || rate < 1 || block !== (channels * bits) / 8 || size % block !== 0)
        throw fail("sizes that contradict each other");
      return {
        sampleRate: rate,
        format: kind,
        channels: samples(new DataView(view.buffer, view.byteOffset + body, size), kind, channels),
      };
    }
    at = body + size + (size % 2);
  }
  throw fail("one without samples");
}

function samples(view: DataView, format: WavFormat, count: number): Float64Array[] {
  const width = Number(/\d+/.exec(format)![0]) / 8;
  const length = view.byteLength / (width * count);
  const read = READ[format];
  return Array.from({ length: count }, (_, c) =>
    Float64Array.from({ length }, (_, t) => read(view, (t * count + c) * width)),
  );
}

const READ: Readonly<Record<WavFormat, (view: DataView, at: number) => number>> = {
  pcm8: (view, at) => (view.getUint8(at) - 128) / 128,
  pcm16: (view, at) => view.getInt16(at, true) / 0x8000,
  pcm24: (view, at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 0x80_0000,
  pcm32: (view, at) => view.getInt32(at, true) / 0x8000_0000,
  float32: (view, at) => view.getFloat32(at, true),
  float64: (view, at) => view.getFloat64(at, true),
};

const WRITE: Readonly<Record<WavFormat, (view: DataView, at: number, x: number) => void>> = {
  pcm8: (view, at, x) => view.setUint8(at, whole(x, 128) + 128),
  pcm16: (view, at, x) => view.setInt16(at, whole(x, 0x8000), true),
  pcm24: (view, at, x) => {
    const value = whole(x, 0x80_0000);
    view.setUint16(at, value & 0xffff, true);
    view.setInt8(at + 2, value >> 16);
  },
  pcm32: (view, at, x) => view.setInt32(at, whole(x, 0x8000_0000), true),
  float32: (view, at, x) => view.setFloat32(at, x, true),
  float64: (view, at, x) => view.setFloat64(at, x, true),
};

/** A sample as an integer of −scale … scale − 1; a missing one is silence. */
function whole(x: number, scale: number): number {
  return Number.isNaN(x) ? 0 : Math.max(-scale, Math.min(scale - 1, Math.round(x * scale)));
}

/**
 * The bytes of a WAV file; samples beyond −1 … 1 are clipped in PCM formats.
 * @throws RangeError for channels of different lengths, or a rate that is no integer from 1.
 */
export function writeWave({ sampleRate, channels, format }: Wave): Uint8Array {
  expectInteger("sampleRate", sampleRate, 1, 0xffff_ffff);
  expectOneOf("format", format, WAV_FORMATS);
  const length = channels[0]?.length ?? 0;
  if (channels.length < 1 || channels.length > 0xffff || channels.some((channel) => channel.length !== length)) {
    throw new RangeError("channels: expected at least one, all of the same length");
  }
  const bits = Number(/\d+/.exec(format)![0]);
  const block = (bits / 8) * channels.length;
  const size = block * length;
  const bytes = new Uint8Array(44 + size + (size % 2));
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string) => bytes.set(new TextEncoder().encode(word), at);
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, format.startsWith("pcm") ? PCM : FLOAT, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * block, true);
  view.setUint16(32, block, true);
  view.setUint16(34, bits, true);
  text(36, "data");
  view.setUint32(40, size, true);
  const write = WRITE[format];
  channels.forEach((channel, c) => {
    for (let t = 0; t < length; t++) write(view, 44 + t * block + (c * bits) / 8, channel[t]!);
  });
  return bytes;
}

/** A waveform as a series: rows are samples, columns are channels. */
export function waveSeries({ channels }: Wave, name = "wave"): Series {
  const length = channels[0]?.length ?? 0;
  return {
    name,
    time: {
      name: "sample",
      unit: "index",
      values: Float64Array.from({ length }, (_, t) => t),
      step: 1,
      frequency: { unit: "row", every: 1 },
    },
    columns: channels.map((values, c) => ({ name: channels.length === 1 ? "value" : `channel ${c + 1}`, values })),
  };
}
