import type { Track } from "../config/shape.js";

/** The display name of a track. */
export function trackName({ layer, reversed }: Pick<Track, "layer" | "reversed">): string {
  return `layer ${layer}, ${reversed ? "reverse" : "forward"}`;
}
