import { FormatError } from './errors.ts';
import { requireOptions } from './options.ts';

/** What {@link decodeJsonLines} may take. */
export interface JsonLinesOptions {
  /** Report an unfinished last line as {@link JsonLines.torn} instead of refusing the text; `false` by default. */
  readonly allowTornLastLine?: boolean;
}

/** A last line that a killed writer did not finish. */
export interface TornLine {
  /** Its number, from 1. */
  readonly line: number;
  /** What is there of it. */
  readonly text: string;
  /** Index in the whole text at which it starts: `text.slice(0, start)` is the undamaged part. */
  readonly start: number;
}

/** What a JSON-lines text holds. */
export interface JsonLines {
  /** The records of all finished lines, in order. */
  readonly records: readonly object[];
  /** The unfinished last line, if there is one. */
  readonly torn?: TornLine;
}

/**
 * Writes a record as one line of JSON, with the newline that marks it as finished.
 *
 * JSON has no NaN and no infinity, and `JSON.stringify` silently writes `null` for them; here they are refused.
 * Properties that are `undefined` are left out, as usual.
 *
 * @param record - A plain object of strings, finite numbers, booleans, nulls, arrays and such objects.
 * @returns One line that ends in `'\n'`.
 * @throws RangeError that names the key path of a value that JSON cannot hold.
 * @example
 * ```ts
 * await appendFile('metrics.jsonl', encodeJsonLine({ step: 10, loss: 0.25 })); // {"step":10,"loss":0.25}
 * ```
 */
export function encodeJsonLine(record: object): string {
  if (!isPlain(record)) throw new RangeError('a record must be a plain object');
  requireJson(record, '');
  return `${JSON.stringify(record)}\n`;
}

/**
 * Reads JSON lines: one object a line, each line ended by a newline.
 *
 * A program that is killed while it appends leaves a last line without its newline. That line is reported apart, even
 * if its beginning happens to be JSON: only the newline shows that it is whole. Any other line that is not an
 * object is damage.
 *
 * @param text - The whole file; an empty text has no records.
 * @returns The records, and the torn line where it is allowed and there is one.
 * @throws {@link FormatError} with the line's number if a line is damaged, or torn and that is not allowed.
 * @example
 * ```ts
 * const { records, torn } = decodeJsonLines('{"step":1}\n{"st', { allowTornLastLine: true });
 * records; // [{ step: 1 }]
 * torn; // { line: 2, text: '{"st', start: 11 }
 * ```
 */
export function decodeJsonLines(text: string, options: JsonLinesOptions = {}): JsonLines {
  requireOptions('decodeJsonLines', options, { allowTornLastLine: true });
  const start = text.lastIndexOf('\n') + 1;
  const finished = text.slice(0, start).split('\n').slice(0, -1);
  const records = finished.map((line, index) => readLine(line, index + 1));
  if (start === text.length) return { records };

  const torn = { line: records.length + 1, text: text.slice(start), start };
  if (options.allowTornLastLine) return { records, torn };
  throw new FormatError(`line ${torn.line} is cut off: it has no newline at its end`);
}

function readLine(line: string, number: number): object {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new FormatError(`line ${number} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError(`line ${number} must be a JSON object, got ${line.slice(0, 40)}`);
  }
  return value;
}

function requireJson(value: unknown, path: string, around: readonly unknown[] = []): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return;
    throw new RangeError(`${path} must be a finite number to be written as JSON, got ${value}`);
  }
  if (around.includes(value)) throw new RangeError(`${path} must be a plain JSON value, got one that it is in`);
  const within = [...around, value];
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) requireJson(value[i], `${path}[${i}]`, within);
  } else if (isPlain(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (inner !== undefined) requireJson(inner, path ? `${path}.${key}` : key, within);
    }
  } else {
    const kind = typeof value === 'object' ? (value.constructor?.name ?? 'object') : typeof value;
    throw new RangeError(`${path} must be a plain JSON value, got ${kind}`);
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
