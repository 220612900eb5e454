import type { Series } from "@sluice/data";

/** Months from 1950-01 on, in months since 1970-01. */
export function monthly(values: readonly number[], name = "passengers"): Series {
  const time = {
    name: "month",
    unit: "month" as const,
    values: Float64Array.from(values, (_, i) => -240 + i),
    step: 1,
  };
  return { name: "small", time, columns: [{ name, values: Float64Array.from(values) }] };
}

/** A rising line with a season of 12, and a little noise without any generator. */
export const rising = Array.from({ length: 96 }, (_, t) => {
  const season = [0, 3, 8, 5, 4, 9, 14, 13, 6, 1, -5, 0][t % 12]!;
  return (100 + t) * (1 + season / 50) + ((t * 37) % 11) / 5;
});

/** The first monthly passengers, 1949 … 1952, in thousands (Box & Jenkins 1976, series G). */
export const airline = [
  112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114,
  140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191,
  172, 194,
];
