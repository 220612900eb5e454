import fc from "fast-check";
import { expect, test } from "vitest";
import { placeNames } from "../src/layout/place-names.js";
import { textWidth } from "../src/theme/text.js";

const within = { left: 0, right: 300, top: 0, bottom: 200 };

test("a name is placed to the right of its point, at the right edge to its left", () => {
  const points = [
    { x: 50, y: 100, name: "first" },
    { x: 299, y: 100, name: "last" },
  ];
  const placed = placeNames(points, [points.slice(0, 1), points.slice(1)], within);
  expect(placed.map(({ name, anchor }) => [name, anchor])).toEqual([
    ["first", "start"],
    ["last", "end"],
  ]);
});

test("a name does not overlap the line between two points", () => {
  const points = [
    { x: 50, y: 100, name: "named" },
    { x: 250, y: 100, name: "" },
  ];
  expect(placeNames(points.slice(0, 1), [points], within)[0]).toMatchObject({ anchor: "end" });
});

test("names overlap neither points nor each other, and stay within the plot area", () => {
  const point = fc.record({
    x: fc.integer({ min: 0, max: 300 }),
    y: fc.integer({ min: 0, max: 200 }),
    name: fc.constantFrom("H = 16", "64", "256"),
  });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 30 }), (points) => {
      const boxes = placeNames(
        points,
        points.map((p) => [p]),
        within,
      ).map(({ x, y, name, anchor }) => {
        const width = textWidth(name, 12);
        const left = anchor === "start" ? x : anchor === "end" ? x - width : x - width / 2;
        return { left, right: left + width, top: y - 10, bottom: y + 2 }; // from the top of capitals to below the baseline
      });
      boxes.forEach((a, i) => {
        expect(a.left >= 0 && a.right <= 300 && a.top >= 0 && a.bottom <= 200).toBe(true);
        for (const p of points) expect(p.x > a.left && p.x < a.right && p.y > a.top && p.y < a.bottom).toBe(false);
        for (const b of boxes.slice(i + 1))
          expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
      });
    }),
  );
});
