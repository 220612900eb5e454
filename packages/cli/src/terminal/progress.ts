import { isInteractive, type Terminal } from "./terminal.js";

/** The progress of a training run after an epoch. */
export interface TrainingStep {
  /** Counted from 0. */
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly heldOutLoss?: number;
}

/** Milliseconds between two updates of the bar, and between two plain lines. */
const BAR_INTERVAL = 100;
const LINE_INTERVAL = 5000;
const DEFAULT_WIDTH = 80;
const MAX_BAR = 30;
const MIN_BAR = 5;

/** Shows the progress of training: one line that is redrawn on a terminal, or a plain line every few seconds. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #interactive: boolean;
  readonly #start = performance.now();
  #firstEpoch: number | undefined;
  #shownAt = Number.NEGATIVE_INFINITY;
  #heldOutLoss: number | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#interactive = isInteractive(terminal.stderr, terminal.env);
  }

  show(step: TrainingStep): void {
    this.#firstEpoch ??= step.epoch;
    this.#heldOutLoss = step.heldOutLoss ?? this.#heldOutLoss;
    const now = performance.now();
    const last = step.epoch + 1 === step.epochs;
    if (!last && now - this.#shownAt < (this.#interactive ? BAR_INTERVAL : LINE_INTERVAL)) return;
    this.#shownAt = now;
    const { stderr } = this.#terminal;
    const text = progressLine({
      ...step,
      ...(this.#heldOutLoss !== undefined && { heldOutLoss: this.#heldOutLoss }),
      epochsPerSecond: ((step.epoch - this.#firstEpoch + 1) * 1000) / Math.max(1, now - this.#start),
      width: this.#interactive ? (stderr.columns || DEFAULT_WIDTH) - 1 : undefined,
    });
    stderr.write(this.#interactive ? `\r\u001b[K${text}` : `${text}\n`);
  }

  /** Ends the redrawn line, so that other output can follow. */
  end(): void {
    if (this.#interactive && this.#firstEpoch !== undefined) this.#terminal.stderr.write("\n");
  }
}

/** The line for an epoch. With a width, it is at most that long and has a bar if there is space for one. */
export function progressLine(
  step: TrainingStep & { readonly epochsPerSecond: number; readonly width: number | undefined },
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
  const text = parts.join("  ");
  if (width === undefined) return text;
  const barWidth = Math.min(MAX_BAR, width - text.length - 2);
  return barWidth < MIN_BAR ? text.slice(0, width) : `${bar((epoch + 1) / epochs, barWidth)}  ${text}`;
}

function bar(fraction: number, width: number): string {
  const full = Math.floor(fraction * width);
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
