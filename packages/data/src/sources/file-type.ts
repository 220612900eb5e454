/** Kinds of files that are told by their first bytes. `text` is anything without a mark of its own, such as CSV. */
export const FILE_TYPES = [
  "text",
  "gzip",
  "zip",
  "zstd",
  "bzip2",
  "xz",
  "parquet",
  "arrow",
  "feather",
  "xls",
  "sqlite",
  "duckdb",
  "hdf5",
  "numpy",
  "wav",
  "pdf",
  "image",
  "html",
  "xml",
  "json",
  "binary",
] as const;
export type FileType = (typeof FILE_TYPES)[number];

/** What files of a type are called. */
export const FILE_TYPE_NAMES: Readonly<Record<FileType, string>> = {
  text: "a text file",
  gzip: "a gzip file",
  zip: "a ZIP archive",
  zstd: "a Zstandard file",
  bzip2: "a bzip2 file",
  xz: "an XZ file",
  parquet: "a Parquet file",
  arrow: "an Arrow IPC (Feather) file",
  feather: "a Feather file of version 1",
  xls: "an Excel workbook of the old binary kind (.xls)",
  sqlite: "a SQLite database",
  duckdb: "a DuckDB database",
  hdf5: "an HDF5 file",
  numpy: "a NumPy array",
  wav: "a WAV file",
  pdf: "a PDF file",
  image: "an image",
  html: "a web page (HTML)",
  xml: "an XML file",
  json: "a JSON file",
  binary: "a binary file",
};

const MARKS: readonly (readonly [FileType, string, number])[] = [
  ["gzip", "\x1f\x8b", 0],
  ["zip", "PK\x03\x04", 0],
  ["zip", "PK\x05\x06", 0],
  ["zstd", "\x28\xb5\x2f\xfd", 0],
  ["bzip2", "BZh", 0],
  ["xz", "\xfd7zXZ\x00", 0],
  ["parquet", "PAR1", 0],
  ["arrow", "ARROW1", 0],
  ["feather", "FEA1", 0],
  ["xls", "\xd0\xcf\x11\xe0", 0],
  ["sqlite", "SQLite format 3\x00", 0],
  ["duckdb", "DUCK", 8],
  ["hdf5", "\x89HDF", 0],
  ["numpy", "\x93NUMPY", 0],
  ["wav", "WAVE", 8],
  ["pdf", "%PDF-", 0],
  ["image", "\x89PNG", 0],
  ["image", "\xff\xd8\xff", 0],
  ["image", "GIF8", 0],
];

/** Bytes that tell a file's type. */
export const HEAD_BYTES = 512;

/** The type of a file by its first bytes, at least `HEAD_BYTES` of them where it has so many. */
export function fileType(head: Uint8Array): FileType {
  for (const [type, mark, at] of MARKS) {
    let same = head.length >= at + mark.length;
    for (let i = 0; i < mark.length && same; i++) same = head[at + i] === mark.charCodeAt(i);
    if (same && (type !== "wav" || ascii(head, 4) === "RIFF")) return type;
  }
  if (unicodeMark(head)) return "text";
  const text = ascii(head, HEAD_BYTES)
    .replace(/^\xef\xbb\xbf/, "")
    .trimStart();
  if (/^<(!doctype html|html|head|body)\b/i.test(text)) return "html";
  if (/^<(\?xml|[a-z]+[\s>])/i.test(text)) return "xml";
  if (/^(\{\s*("|\}|$)|\[\s*(\{|\[|"|[-\d]|\]|$))/.test(text)) return "json";
  return text.includes("\x00") && !utf16WithoutMark(head) ? "binary" : "text";
}

/** The encoding that a byte order mark names, and the length of the mark. */
export function unicodeMark(
  head: Uint8Array,
): { encoding: "utf-8" | "utf-16le" | "utf-16be"; length: number } | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: "utf-8", length: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: "utf-16le", length: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: "utf-16be", length: 2 };
  return undefined;
}

/** UTF-16 without a byte order mark: every other byte of ASCII text is zero. */
export function utf16WithoutMark(head: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  let even = 0;
  let odd = 0;
  const length = Math.min(head.length, 200) & ~1;
  for (let i = 0; i < length; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  if (length >= 4 && odd * 2 >= length * 0.8 && even === 0) return "utf-16le";
  return length >= 4 && even * 2 >= length * 0.8 && odd === 0 ? "utf-16be" : undefined;
}

function ascii(bytes: Uint8Array, length: number): string {
  let text = "";
  for (let i = 0; i < Math.min(length, bytes.length); i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
