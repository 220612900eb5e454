import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type DataError, formatTime, readTable } from "../src/index.js";

const page = readFileSync(fileURLToPath(new URL("../../../docs/data.md", import.meta.url)), "utf8");

test("the first example of docs/data.md gives what its comments say", async () => {
  const text = /readTable\(\s*"(.*?)"/.exec(page)![1]!.replaceAll("\\n", "\n");
  const { panel, choice } = await readTable(text);
  const commented = /console\.log\(choice\); \/\/ (\{.*\})/.exec(page)![1]!;
  expect(JSON.parse(commented.replace(/(\w+):/g, '"$1":'))).toEqual(choice);
  expect([...panel[0]!.columns[0]!.values]).toEqual([1.5, 1.75, 2]);
});

test("each time that docs/data.md shows is read", async () => {
  const table = page.slice(page.search(/\| understood +\| example/), page.indexOf("| several columns"));
  const examples = [...table.matchAll(/`([^`]+)`/g)].map(([, text]) => text!).filter((text) => text.length > 3);
  expect(examples.length).toBeGreaterThan(20);
  for (const example of examples) {
    const options = example === "1:00 PM" ? { dateFormat: "yyyy-MM-dd h:mm a" } : {};
    const cell = example === "1:00 PM" ? "2023-01-31 1:00 PM" : example;
    try {
      const { panel } = await readTable(`date,x\n"${cell}",1\n`, { ...options, time: "date" });
      const { unit, values } = panel[0]!.time;
      expect(formatTime(unit, values[0]!)).toMatch(/^2023/);
    } catch (error) {
      expect((error as DataError).hint ?? example).toMatch(/--date-format|--time/);
      expect(["2023.0417", "2023.01"]).toContain(example); // a single decimal year is a number
    }
  }
});
