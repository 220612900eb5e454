/** Where a file's content comes from: all of it, or chunk by chunk. */
export type Source =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>;

/** The bytes of a source, chunk by chunk; text becomes UTF-8. */
export async function* chunksOf(source: Source): AsyncGenerator<Uint8Array> {
  if (typeof source === "string") yield new TextEncoder().encode(source);
  else if (source instanceof Uint8Array) yield source;
  else if (source instanceof ArrayBuffer) yield new Uint8Array(source);
  else if (Symbol.asyncIterator in source) yield* encoded(source as AsyncIterable<Uint8Array | string>);
  else {
    const reader = (source instanceof Blob ? source.stream() : (source as ReadableStream<Uint8Array>)).getReader();
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    } finally {
      await reader.cancel().catch(() => {});
    }
  }
}

async function* encoded(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let high = ""; // a surrogate whose pair comes with the next chunk
  for await (const chunk of chunks) {
    if (typeof chunk !== "string") {
      yield chunk;
      continue;
    }
    const text = high + chunk;
    high = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : "";
    yield encoder.encode(high === "" ? text : text.slice(0, -1));
  }
  if (high !== "") yield encoder.encode(high);
}

/** Puts the first chunks together until they hold `length` bytes or the input ends. */
export async function peek(chunks: AsyncIterator<Uint8Array>, length: number): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  for (;;) {
    if (head.length >= length) return head;
    const next = await chunks.next();
    if (next.done) return head;
    if (head.length === 0 && next.value.length >= length) return next.value;
    const joined = new Uint8Array(head.length + next.value.length);
    joined.set(head);
    joined.set(next.value, head.length);
    head = joined;
  }
}

/** The rest of chunks behind a head that was read already. */
export async function* resume(head: Uint8Array, chunks: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

/** All bytes of a source in one array. @throws RangeError above `limit` bytes. */
export async function allBytes(chunks: AsyncIterable<Uint8Array>, limit = 0x7fff_ffff): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > limit) throw new RangeError(`file: expected at most ${limit} bytes, got more`);
    parts.push(chunk);
  }
  if (parts.length === 1) return parts[0]!;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
