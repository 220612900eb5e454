import { type Selection, select } from "d3-selection";

/** @internal */
export type Svg = Selection<SVGSVGElement, undefined, null, undefined>;

/**
 * Creates an empty, detached svg element, by default in the page's document.
 * @internal
 */
export function createSvg(document: Document | undefined = globalThis.document): Svg {
  if (!document)
    throw new TypeError(
      "document: expected a DOM document, got none outside of a web page; pass { document }, for instance from linkedom",
    );
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  return select<SVGSVGElement, undefined>(svg);
}
