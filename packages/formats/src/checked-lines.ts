import { checksum } from './checksum.ts';
import { FormatError } from './errors.ts';
import { decodeJsonLines, encodeJsonLine, type TornLine } from './json-lines.ts';

/** A line of {@link encodeCheckedLine}. */
export interface CheckedLine {
  /** The line, with the newline that marks it as finished. */
  readonly text: string;
  /** Its checksum, which the next line is written with. */
  readonly checksum: string;
}

/** What a text of such lines holds. */
export interface CheckedLines {
  /** The records of all finished lines, in order. */
  readonly records: readonly object[];
  /** Checksum of the last finished line, to write the next one with; `''` where there is none. */
  readonly checksum: string;
  /** The unfinished last line, if there is one. */
  readonly torn?: TornLine;
}

const sumOf = (before: string, json: string) => checksum(new TextEncoder().encode(before + json));

/**
 * Writes a record as a line that carries a CRC-32 of itself and of all lines before it.
 *
 * @param record - As {@link encodeJsonLine} takes it.
 * @param before - Checksum of the line before it; `''` for the first.
 * @returns The line and its checksum.
 * @throws RangeError as {@link encodeJsonLine} does.
 * @example
 * ```ts
 * const first = encodeCheckedLine({ step: 1 }, '');
 * const second = encodeCheckedLine({ step: 2 }, first.checksum);
 * ```
 */
export function encodeCheckedLine(record: object, before: string): CheckedLine {
  const json = encodeJsonLine(record).trimEnd();
  const sum = sumOf(before, json);
  return { text: `{"crc32":"${sum}","record":${json}}\n`, checksum: sum };
}

/**
 * Reads lines of {@link encodeCheckedLine}: a changed, missing, repeated or added line is found by its checksum.
 *
 * A line without its newline was torn by a kill and is reported apart. Lines missing at the end cannot be told from lines that
 * were not written yet.
 *
 * @param text - The whole file; an empty text has no records.
 * @returns The records, and what the next line is to be written with.
 * @throws {@link FormatError} with the number of the first line that is damaged, or whose neighbour is.
 * @example
 * ```ts
 * const { records, checksum } = decodeCheckedLines(text);
 * ```
 */
export function decodeCheckedLines(text: string): CheckedLines {
  const { records: lines, torn } = decodeJsonLines(text, { allowTornLastLine: true });
  let sum = '';
  const records = text.split('\n', lines.length).map((line, at) => {
    const [, written, json] = /^\{"crc32":"([0-9a-f]{8})","record":(\{.*\})\}$/s.exec(line) ?? [];
    if (json === undefined || sumOf(sum, json) !== written)
      throw new FormatError(`line ${at + 1} was changed, or lines before it are missing: its checksum does not fit`);
    sum = written;
    return JSON.parse(json) as object;
  });
  return { records, checksum: sum, torn };
}
