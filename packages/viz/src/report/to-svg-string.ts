const NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"';

/** Serializes a chart, as an SVG file or for inclusion in an HTML page. */
export function toSvgString(svg: SVGSVGElement): string {
  const text = svg.outerHTML;
  return text.includes(NAMESPACE) ? text : text.replace("<svg", `<svg ${NAMESPACE}`);
}
