import { TRANSFORMS, type TransformSpec } from "@sluice/data";
import { fail } from "./option-values.js";

type PlainTransform = (typeof TRANSFORMS)[number];

const isPlain = (word: string): word is PlainTransform => (TRANSFORMS as readonly string[]).includes(word);

const EXPECTED = `${TRANSFORMS.map((word) => `"${word}"`).join(", ")}, "difference", "difference:12" and "lastSeason:12" separated by commas, "none" or "auto"`;

/** Transforms: "log,difference:12,difference,standardize", "none" or "auto". */
export function transformList(text: string): readonly TransformSpec[] | "auto" {
  if (text === "auto") return "auto";
  if (text === "none") return [];
  return text.split(",").map((word): TransformSpec => {
    if (isPlain(word)) return word;
    const counted = /^(difference|lastSeason)(?::([1-9]\d*))?$/.exec(word);
    if (counted?.[1] === "difference") return { difference: Number(counted[2] ?? 1) };
    return counted?.[2] ? { lastSeason: Number(counted[2]) } : fail(EXPECTED);
  });
}
