import { FormatError } from '../errors.ts';
import { describeFile } from '../file-kind.ts';
import { byteLengthOf, isLength, isStoredDtype, storedDtypes } from './dtypes.ts';
import type { Entry } from './fingerprint.ts';
import { requireUniqueKeys } from './keys.ts';
import { headerLimit, isWellFormed, metadataKey, nameProblem } from './names.ts';

/** A header whose every word was checked. */
export interface Header {
  /** The tensors in the order of their data. */
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Index of the first byte of the data in the file. */
  readonly dataStart: number;
}

/**
 * Reads and checks the header of a whole file; the data themselves are not touched.
 *
 * @throws FormatError that says what is wrong.
 */
export function readHeader(file: Uint8Array): Header {
  const dataStart = 8 + headerLength(file);
  const fields = parse(file.subarray(8, dataStart));

  const metadata = readMetadata(fields[metadataKey]);
  const entries = Object.entries(fields)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => readEntry(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  requireCover(entries, file.length - dataStart);
  return { entries, metadata, dataStart };
}

/** Refuses a file that is none of this format; what it is instead is said if it can be seen. */
function requireStart(fits: boolean, file: Uint8Array, otherwise: string): void {
  if (fits) return;
  const kind = describeFile(file);
  throw new FormatError(kind ? `this is no safetensors file but ${kind}` : otherwise);
}

function headerLength(file: Uint8Array): number {
  requireStart(file.length >= 8, file, `a safetensors file has at least 8 bytes, got ${file.length}`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  requireStart(
    length <= headerLimit,
    file,
    `the header would take ${length} bytes, more than the limit of ${headerLimit}: it is damaged or no safetensors file`,
  );
  const cutOff = `the file is cut off: a header of ${length} bytes does not fit in ${file.length} bytes`;
  requireStart(8 + Number(length) <= file.length, file, cutOff);
  requireStart(file[8] === 0x7b, file, 'the header must begin with "{"');
  return Number(length);
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let text: string;
  let fields: Record<string, unknown>;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    fields = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`the header is not JSON in UTF-8: ${(error as Error).message}`, { cause: error });
  }
  requireUniqueKeys(text);
  return fields;
}

function readMetadata(value: unknown = {}): Readonly<Record<string, string>> {
  if (!isRecord(value)) throw new FormatError(`${metadataKey} must be an object of strings, got ${show(value)}`);
  for (const [name, text] of Object.entries(value)) {
    const problem = nameProblem(name);
    if (problem) throw new FormatError(`${metadataKey}: ${problem}`);
    if (typeof text !== 'string' || !isWellFormed(text)) {
      throw new FormatError(`${metadataKey} "${name}" must be a well-formed string, got ${show(text)}`);
    }
  }
  return value as Record<string, string>;
}

function readEntry(name: string, value: unknown): Entry {
  const problem = nameProblem(name);
  if (problem) throw new FormatError(`cannot read a tensor: ${problem}`);
  const refuse = (what: string) => new FormatError(`tensor ${show(name)}: ${what}`);

  if (!isRecord(value)) throw refuse(`must be an object, got ${show(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (!isStoredDtype(dtype)) throw refuse(`dtype must be one of ${storedDtypes.join(', ')}, got ${show(dtype)}`);
  if (!Array.isArray(shape)) throw refuse(`shape must be an array, got ${show(shape)}`);
  const bytes = byteLengthOf(dtype, shape);
  if (bytes === undefined) throw refuse(`shape ${show(shape)} must hold integers >= 0 with a product below 2^53 bytes`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isLength)) {
    throw refuse(`data_offsets must be two integers >= 0, got ${show(offsets)}`);
  }
  const [begin, end] = offsets;
  if (end - begin !== bytes) {
    throw refuse(
      `${dtype} of shape ${show(shape)} takes ${bytes} bytes, data_offsets ${show(offsets)} say ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Refuses data with holes, overlaps, a missing end or bytes that belong to no tensor. */
function requireCover(entries: readonly Entry[], length: number): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      throw new FormatError(`tensor ${show(name)}: data begin at byte ${begin}, the tensor before ends at ${covered}`);
    }
    if (end > length) {
      throw new FormatError(
        `tensor ${show(name)}: data end at byte ${end}, the file's data at ${length}: it is cut off`,
      );
    }
    covered = end;
  }
  if (covered !== length) throw new FormatError(`${length - covered} bytes at the end of the file belong to no tensor`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value for a message, cut where it is long. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
