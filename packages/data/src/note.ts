/** Something about a file that its reader should know: plain data, to be printed or tested by its code. */
export interface Note {
  readonly code: NoteCode;
  readonly message: string;
  /** A flag of the command line that changes what the note says. */
  readonly hint?: string;
}

export const NOTE_CODES = [
  "comments",
  "units-row",
  "footer",
  "totals",
  "time-column",
  "time-joined",
  "date-format",
  "no-time",
  "frequency",
  "gaps",
  "sorted",
  "value-columns",
  "ignored-column",
  "number-format",
  "missing-words",
  "sentinel",
  "panel",
  "trailing-missing",
  "few-values",
  "decoded",
] as const;
export type NoteCode = (typeof NOTE_CODES)[number];
