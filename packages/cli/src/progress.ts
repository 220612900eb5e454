import { isLively, type Terminal } from "./terminal.js";

/** What a training run reports after an epoch. */
export interface Step {
  /** Counted from 0. */
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly heldOutLoss?: number;
}

/** Milliseconds between two pictures of the bar, and between two plain lines. */
const BAR = 100;
const LINES = 5000;
const WIDTH = 80;

/** Shows how far a training run is: one line that is redrawn on a terminal, a plain line now and then elsewhere. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #lively: boolean;
  readonly #start = performance.now();
  #first: number | undefined;
  #shown = Number.NEGATIVE_INFINITY;
  #heldOutLoss: number | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#lively = isLively(terminal.stderr, terminal.env);
  }

  show(step: Step): void {
    this.#first ??= step.epoch;
    this.#heldOutLoss = step.heldOutLoss ?? this.#heldOutLoss;
    const now = performance.now();
    const last = step.epoch + 1 === step.epochs;
    if (!last && now - this.#shown < (this.#lively ? BAR : LINES)) return;
    this.#shown = now;
    const { stderr } = this.#terminal;
    const text = progressLine({
      ...step,
      ...(this.#heldOutLoss !== undefined && { heldOutLoss: this.#heldOutLoss }),
      epochsPerSecond: ((step.epoch - this.#first + 1) * 1000) / Math.max(1, now - this.#start),
      width: this.#lively ? (stderr.columns || WIDTH) - 1 : undefined,
    });
    stderr.write(this.#lively ? `\r\u001b[K${text}` : `${text}\n`);
  }

  /** Ends the line, so that words can follow it. */
  end(): void {
    if (this.#lively && this.#first !== undefined) this.#terminal.stderr.write("\n");
  }
}

/** One line about a step; with a width, one that fits it and begins with a bar. */
export function progressLine(
  step: Step & { readonly epochsPerSecond: number; readonly width: number | undefined },
): string {
  const { epoch, epochs, loss, heldOutLoss, epochsPerSecond, width } = step;
  const left = (epochs - epoch - 1) / epochsPerSecond;
  const count = `${String(epoch + 1).padStart(String(epochs).length)}/${epochs}`;
  const parts = [
    `epoch ${count}`,
    `loss ${round(loss)}`,
    ...(heldOutLoss === undefined ? [] : [`held-out ${round(heldOutLoss)}`]),
    `${round(epochsPerSecond)} epochs/s`,
    `${clock(left)} left`,
  ];
  const words = parts.join("  ");
  if (width === undefined) return words;
  const room = Math.min(30, width - words.length - 2);
  return room < 5 ? words.slice(0, width) : `${bar((epoch + 1) / epochs, room)}  ${words}`;
}

function bar(share: number, width: number): string {
  const full = Math.floor(share * width);
  return "█".repeat(full) + "░".repeat(width - full);
}

const round = (x: number) => (Math.abs(x) >= 1000 ? x.toFixed(0) : x.toPrecision(4));

/** Seconds as m:ss or h:mm:ss. */
export function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (x: number) => String(x).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
