import { xmlText } from "./xml-text.js";

const NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"';

/** Serializes a chart, as an SVG file or for inclusion in an HTML page: well-formed XML, whatever its texts contain. */
export function toSvgString(svg: SVGSVGElement): string {
  const text = xmlText(svg.outerHTML);
  return text.includes(NAMESPACE) ? text : text.replace("<svg", `<svg ${NAMESPACE}`);
}
