/**
 * The interface KernelExports agrees with the compiled kernel.
 *
 * These tests fail for each of these mutations: two parameters of a method swapped; a parameter or a method missing; a size typed as a pointer; a pointer typed as a
 * number.
 */
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { compileKernel } from "../src/index.js";

/** Parameters by function, each as "name: type". */
type Signatures = Record<string, string[]>;

/** Exported functions, or methods of an interface, with their parameters. */
function signaturesIn(url: URL): Signatures {
  const source = ts.createSourceFile(url.pathname, readFileSync(url, "utf8"), ts.ScriptTarget.Latest, true);
  const signatures: Signatures = {};
  const visit = (node: ts.Node): void => {
    const isExported =
      ts.isMethodSignature(node) ||
      (ts.isFunctionDeclaration(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword));
    if (isExported)
      signatures[node.name!.getText()] = node.parameters.map((p) => `${p.name.getText()}: ${p.type!.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return signatures;
}

/** A parameter of the assembly as TypeScript sees it. A usize is a pointer, or a distance in bytes, depending on its name. */
function typed(parameter: string): string {
  const [name, type] = parameter.split(": ");
  if (type === "bool") return `${name}: 0 | 1`;
  return `${name}: ${type === "usize" && !/(bytes|Bytes|Step|Panel)$/.test(name!) ? "Pointer" : "number"}`;
}

const folder = new URL("../assembly/", import.meta.url);
const assembly: Signatures = Object.assign(
  {},
  ...readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => signaturesIn(new URL(name, folder))),
);
const declared = signaturesIn(new URL("../src/kernel-exports.ts", import.meta.url));
const { memory, ...compiled } = new WebAssembly.Instance(await compileKernel()).exports;

test("declares exactly the functions that the module exports", () => {
  expect(Object.keys(declared).sort()).toEqual(Object.keys(compiled).sort());
  expect(memory).toBeInstanceOf(WebAssembly.Memory);
});

test.each(Object.keys(compiled))("%s has the parameters of the assembly, in order", (name) => {
  expect(declared[name]).toEqual(assembly[name]!.map(typed));
  expect((compiled[name] as () => void).length).toBe(declared[name]!.length);
});
