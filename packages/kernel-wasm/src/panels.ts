import type { Block } from "./arena.js";
import type { Shard } from "./buffers.js";
import type { Kernel } from "./kernel.js";
import { PANEL } from "./layout.js";
import { advance, type Pointer } from "./pointer.js";

/** Panels in kernel memory: panel p of step t begins at byte at + t · step + p · panel, and all of them lie below byte `end`. */
export interface Panels {
  readonly at: Pointer;
  readonly step: number;
  readonly panel: number;
  readonly end: number;
}

/** The number of panels that hold the rows of a shard. */
export function panelCount({ count }: Shard): number {
  return Math.ceil(count / PANEL);
}

/** The panels of a block (steps, panels, panelSize), from unit `unit` on. */
export function panelsIn({ offset, length }: Block, panels: number, panelSize: number, unit = 0): Panels {
  const at = (offset + unit * PANEL * 4) as Pointer;
  return { at, step: panels * panelSize * 4, panel: panelSize * 4, end: offset + length * 4 };
}

/** The same panels `bytes` further on. Written out, as a spread is several times slower. */
function from({ at, step, panel, end }: Panels, bytes: number): Panels {
  return { at: advance(at, bytes), step, panel, end };
}

/** The same panels from a later step on. */
export function stepsFrom(panels: Panels, step: number): Panels {
  return from(panels, step * panels.step);
}

/** The same panels without their first units. */
export function unitsFrom(panels: Panels, unit: number): Panels {
  return from(panels, unit * PANEL * 4);
}

/**
 * A pointer to the first of `steps` steps, of `count` panels with `units` units each.
 * @throws RangeError if they reach beyond their block.
 */
export function pointerToPanels(p: Panels, units: number, count: number, steps: number): Pointer {
  const end = p.at + (steps - 1) * p.step + (count - 1) * p.panel + units * PANEL * 4;
  if (end > p.end) throw new RangeError(`panels: expected up to byte ${p.end}, got ${end}`);
  return p.at;
}

/** Sets the first unit of `count` adjacent panels to 1: the row of ones that a bias multiplies. */
export function fillOnes(kernel: Kernel, panels: Panels, count: number): void {
  kernel.exports.fillUnit(pointerToPanels(panels, 1, count, 1), panels.panel, count, 1);
}
