const NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"';

/** The text of a chart: a file of its own, or a part of a page. */
export function toSvgString(svg: SVGSVGElement): string {
  const text = svg.outerHTML;
  return text.includes(NAMESPACE) ? text : text.replace("<svg", `<svg ${NAMESPACE}`);
}
