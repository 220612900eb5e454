import { type Selection, select } from "d3-selection";

export type Svg = Selection<SVGSVGElement, undefined, null, undefined>;

/** An empty svg of a document: the one given, or the page's. */
export function newSvg(document: Document | undefined = globalThis.document): Svg {
  if (!document)
    throw new TypeError(
      "document: expected one to draw with, as this is no page; pass { document }, from linkedom for instance",
    );
  return select(document.createElementNS("http://www.w3.org/2000/svg", "svg")) as unknown as Svg;
}
