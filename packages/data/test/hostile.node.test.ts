import { zipSync } from "fflate";
import { expect, test } from "vitest";
import { DataError } from "../src/index.js";
import { readFile } from "../src/sources/files.js";

async function gzip(content: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([content as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

test("hostile input ends in one error with bounded memory", async () => {
  const zeros = new Uint8Array(64 << 20).fill(48);
  const fault = async (content: Uint8Array | string) => {
    const error: unknown = await readFile(content).then(
      () => "read",
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(DataError);
    return (error as DataError).message;
  };
  expect(await fault(zipSync({ "bomb.csv": zeros }, { level: 6 }))).toContain("a line longer than 32 MB");
  expect(await fault(await gzip(zeros))).toContain("a line longer than 32 MB");
  expect(await fault(`date,x\n2001-01-01,"${"a\n".repeat(20_000_000)}`)).toContain("a quote that is never closed");
  expect(await fault(`date${",x".repeat(1_000_000)}\n`)).toContain("expected at most 20000 columns, got");
  const keys = Array.from({ length: 1_000_000 }, (_, i) => `2001-01-01,k${i},${i}`);
  expect(await fault(`date,id,x\n${keys.join("\n")}\n`)).toContain("the same time again");
});
