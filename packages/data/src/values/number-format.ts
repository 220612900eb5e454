/** How the numbers of a column are written. */
export interface NumberFormat {
  readonly decimal: "." | ",";
  /** The mark between thousands, where there is one. */
  readonly group: "." | "," | " " | "'" | undefined;
}

/** A formatted number taken apart: `core` is its digits with their marks, spaces and apostrophes normalized. */
export interface FormattedNumber {
  readonly core: string;
  readonly negative: boolean;
  /** A currency sign or code, or "". */
  readonly currency: string;
  readonly percent: boolean;
}

const CURRENCY =
  "[$€£¥₹₽₩₺₪₫฿₦]|(?:USD|EUR|GBP|JPY|CHF|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|BRL|R\\$|US\\$|kr|zł)(?![a-z])";
const FORMATTED = new RegExp(
  `^(\\()?([+-])?\\s*(${CURRENCY})?\\s*([+-])?\\s*([\\d.,' ]*\\d[.,]?)(?:[eE]([+-]?\\d+))?\\s*(%|${CURRENCY})?\\s*(-)?(\\))?$`,
  "i",
);

/** Takes a formatted number apart: currency, percent, accounting brackets, any minus sign. Undefined for other text. */
export function parseFormatted(text: string): FormattedNumber | undefined {
  // minus signs of typography, spaces that do not break, apostrophes of Switzerland
  const plain = text
    .replace(/[\u2212\u2012\u2013\uff0d]/g, "-")
    .replace(/[\u00a0\u202f\u2009]/g, " ")
    .replace(/[\u2019`]/g, "'");
  const match = FORMATTED.exec(plain);
  if (!match) return undefined;
  const [, open, sign, prefix = "", inner, digits, exponent, suffix = "", trailing, close] = match;
  if ((open === undefined) !== (close === undefined)) return undefined;
  const signs = [open, sign, inner, trailing].filter((mark) => mark !== undefined && mark !== "");
  if (signs.length > 1 || (prefix !== "" && suffix !== "" && suffix !== "%")) return undefined;
  const core = digits!.trim() + (exponent === undefined ? "" : `e${exponent}`);
  const percent = suffix === "%";
  const currency = prefix || (percent ? "" : suffix);
  return { core, negative: signs.length > 0 && signs[0] !== "+", currency, percent };
}

/** What the marks of one number tell about the format of its column. */
export type Evidence = "none" | "comma-decimal" | "dot-decimal" | "comma-ambiguous" | "dot-ambiguous" | "invalid";

const GROUPED = {
  ",": /^\d{1,3}(,\d{3})+$/,
  ".": /^\d{1,3}(\.\d{3})+$/,
  " ": /^\d{1,3}( \d{3})+$/,
  "'": /^\d{1,3}('\d{3})+$/,
  // India: lakh and crore
  lakh: /^\d{1,2}(,\d{2})*,\d{3}$/,
};

/** Whether a comma or a point in a number is its decimal mark, by this number alone. */
export function evidenceOf(core: string): Evidence {
  const [digits = ""] = core.split("e");
  const comma = digits.includes(",");
  const dot = digits.includes(".");
  if (!comma && !dot) return "none";
  if (comma && dot) return digits.lastIndexOf(",") > digits.lastIndexOf(".") ? "comma-decimal" : "dot-decimal";
  const mark = comma ? "," : ".";
  const parts = digits.split(mark);
  const own = comma ? "comma-decimal" : "dot-decimal";
  const other = comma ? "dot-decimal" : "comma-decimal";
  if (parts.length > 2) return GROUPED[mark].test(digits) || (comma && GROUPED.lakh.test(digits)) ? other : "invalid";
  // spaces or apostrophes mark the thousands, or the shape is none of a group's
  if (!GROUPED[mark].test(digits) || digits.startsWith("0") || /[ ']/.test(digits)) return own;
  return comma ? "comma-ambiguous" : "dot-ambiguous";
}

/** The value of a number's digits in a format; undefined where the digits do not fit it. */
export function numberIn({ core, negative }: FormattedNumber, decimal: "." | ","): number | undefined {
  const [digits = "", exponent] = core.split("e");
  const [whole = "", fraction, more] = digits.split(decimal);
  if (more !== undefined || (fraction !== undefined && !/^\d*$/.test(fraction))) return undefined;
  const group = /[.,' ]/.exec(whole)?.[0] as keyof typeof GROUPED | undefined;
  if (group !== undefined && !GROUPED[group].test(whole) && !(group === "," && GROUPED.lakh.test(whole)))
    return undefined;
  if (group === undefined && !/^\d*$/.test(whole)) return undefined;
  const plain = `${whole.replace(/[.,' ]/g, "")}.${fraction ?? ""}`;
  if (plain === ".") return undefined;
  const value = Number(exponent === undefined ? plain : `${plain}e${exponent}`);
  if (!Number.isFinite(value)) return undefined;
  return negative ? -value : value;
}
