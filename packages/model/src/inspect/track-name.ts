import type { Track } from "../network/shape.js";

/** A layer in one direction, in words. */
export function trackName({ layer, reversed }: Pick<Track, "layer" | "reversed">): string {
  return `layer ${layer}, ${reversed ? "reverse" : "forward"}`;
}
