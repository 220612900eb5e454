/** The line of each row: rows that follow line by line take no memory. */
export class LineIndex {
  readonly #rows: number[] = [];
  readonly #lines: number[] = [];
  #count = 0;
  #next = 0;

  push(line: number): void {
    if (line !== this.#next) {
      this.#rows.push(this.#count);
      this.#lines.push(line);
    }
    this.#count++;
    this.#next = line + 1;
  }

  at(row: number): number {
    let low = 0;
    let high = this.#rows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#rows[middle]! <= row) low = middle;
      else high = middle - 1;
    }
    return this.#lines[low]! + row - this.#rows[low]!;
  }

  toArray(): Uint32Array {
    const lines = new Uint32Array(this.#count);
    for (let i = 0; i < this.#rows.length; i++) {
      const [from, line] = [this.#rows[i]!, this.#lines[i]!];
      const to = this.#rows[i + 1] ?? this.#count;
      for (let row = from; row < to; row++) lines[row] = line + row - from;
    }
    return lines;
  }
}
