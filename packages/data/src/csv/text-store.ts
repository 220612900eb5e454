const decoder = new TextDecoder("utf-8", { fatal: true });

/** Texts laid end to end in one array of bytes, so that a cell takes no string until it is asked for. */
export class TextStore {
  #bytes = new Uint8Array(64);
  #ends = new Uint32Array(16);
  #count = 0;
  #used = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes of all texts. */
  get size(): number {
    return this.#used;
  }

  push(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (this.#used + length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#used + length));
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
    }
    if (this.#count === this.#ends.length) {
      const larger = new Uint32Array(this.#count * 2);
      larger.set(this.#ends);
      this.#ends = larger;
    }
    const out = this.#bytes;
    for (let i = from, at = this.#used; i < to; i++) out[at++] = bytes[i]!;
    this.#used += length;
    this.#ends[this.#count++] = this.#used;
  }

  /** Leaves the first `count` texts. */
  truncate(count: number): void {
    this.#count = count;
    this.#used = count === 0 ? 0 : this.#ends[count - 1]!;
  }

  /** @throws TypeError for bytes that are no UTF-8. */
  at(index: number): string {
    const from = index === 0 ? 0 : this.#ends[index - 1]!;
    return decodeCell(this.#bytes, from, this.#ends[index]!);
  }
}

/** The text of bytes [from, to). @throws TypeError for bytes that are no UTF-8. */
export function decodeCell(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 24) return decoder.decode(bytes.subarray(from, to));
  let text = "";
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte > 127) return decoder.decode(bytes.subarray(from, to));
    text += String.fromCharCode(byte);
  }
  return text;
}
