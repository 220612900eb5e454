import { expect, test } from "vitest";
import { xmlText } from "../src/report/xml-text.js";

test("control characters become their pictures, tabs and line breaks stay", () => {
  expect(xmlText("a\u001b[31m\u0000\tb\r\n")).toBe("a␛[31m␀\tb\r\n");
});

test("halves of surrogate pairs and non-characters become U+FFFD, whole pairs stay", () => {
  expect(xmlText("😀\ud83d x\ude00 \uffff")).toBe("😀\ufffd x\ufffd \ufffd");
});
