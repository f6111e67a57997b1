import { FormatError } from '../errors.ts';
import { describeFile } from '../file-kind.ts';
import { byteLengthOf, type Dtype, type StoredDtype } from '../safetensors/dtypes.ts';

/** The first bytes of every npy file. */
export const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59); // \x93NUMPY

/** Element types by the letter and width that NumPy has for them. */
export const CODES = {
  U64: 'u8',
  I64: 'i8',
  F64: 'f8',
  F32: 'f4',
  U32: 'u4',
  I32: 'i4',
  U16: 'u2',
  I16: 'i2',
  I8: 'i1',
  U8: 'u1',
  BOOL: 'b1',
} as const satisfies Record<Dtype, string>;

/** The same for all types that are read; NumPy has no name for the other kind of half precision. */
const READ: Readonly<Partial<Record<StoredDtype, string>>> = { ...CODES, F16: 'f2' };

/** What the header of an npy file says. */
export interface NpyHeader {
  readonly dtype: StoredDtype;
  /** Whether the elements have their most significant byte first. */
  readonly bigEndian: boolean;
  /** Whether the first axis is the fastest, not the last. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Index of the data's first byte in the file. */
  readonly start: number;
  /** Bytes that the data take. */
  readonly bytes: number;
}

/** The most axes that NumPy has. */
export const MOST_AXES = 64;

/** Longest text that is read; NumPy writes less than 1,000 bytes for arrays without named fields. */
const LONGEST = 65535;

/**
 * Reads and checks the header of an npy file; the data themselves are not touched.
 *
 * @throws FormatError that says what is wrong.
 */
export function readNpyHeader(file: Uint8Array): NpyHeader {
  if (file.length < 10 || MAGIC.some((byte, at) => file[at] !== byte)) {
    const kind = describeFile(file);
    if (kind) throw new FormatError(`this is no npy file but ${kind}`);
    throw new FormatError('an npy file begins with "\\x93NUMPY", two bytes of version and the length of its header');
  }
  const [major, minor] = [file[6], file[7]];
  if (![1, 2, 3].includes(major) || minor !== 0) {
    throw new FormatError(`the version of an npy file must be 1.0, 2.0 or 3.0, got ${major}.${minor}`);
  }
  const lengthBytes = major === 1 ? 2 : 4;
  const textStart = 8 + lengthBytes;
  if (file.length < textStart) throw new FormatError(`the file is cut off after ${file.length} bytes`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST) throw new FormatError(`the header would take ${length} bytes, the limit is ${LONGEST}`);
  const start = textStart + length;
  if (start > file.length) {
    throw new FormatError(`the file is cut off: a header of ${length} bytes does not fit in ${file.length} bytes`);
  }
  return { ...readText(new TextDecoder('latin1').decode(file.subarray(textStart, start))), start };
}

function readText(text: string): Omit<NpyHeader, 'start'> {
  const { descr, fortran_order: fortranOrder, shape: lengths, ...others } = readDictionary(text);
  const [more] = Object.keys(others);
  if (more !== undefined) throw new FormatError(`the header has the unknown key '${more}'`);
  if (typeof fortranOrder !== 'boolean') throw new FormatError('the header must have fortran_order, True or False');
  if (!Array.isArray(lengths)) throw new FormatError('the header must have a shape, a tuple of integers');
  if (typeof descr !== 'string') throw new FormatError("the header must have a descr, a type such as '<f4'");
  const shape: readonly number[] = lengths;
  if (shape.length > MOST_AXES)
    throw new FormatError(`the shape must have at most ${MOST_AXES} axes, got ${shape.length}`);

  const [order, code] = [descr[0], descr.slice(1)];
  const dtype = (Object.keys(READ) as StoredDtype[]).find((candidate) => READ[candidate] === code);
  if (dtype === undefined || !(code[1] === '1' ? '|<>' : '<>').includes(order)) {
    const known = Object.values(READ).join(', ');
    throw new FormatError(`descr must be < or > (| for single bytes) and one of ${known}, got '${descr}'`);
  }
  const bytes = byteLengthOf(dtype, shape);
  if (bytes === undefined) throw new FormatError(`shape (${shape}) must hold integers with a product below 2^53 bytes`);
  return { dtype, bigEndian: order === '>', fortranOrder, shape, bytes };
}

/** `'key': value` and the comma or brace after it; values are strings, truth values and tuples of integers. */
const ENTRY = /\s*(['"])(\w+)\1\s*:\s*(?:(['"])([^'"\\]*)\3|(True|False)|\(([\d\s,L]*)\))\s*(?:,|(?=\}))/y;

/** The dictionary that the header is, in the little of Python's grammar that NumPy writes. */
function readDictionary(text: string): Record<string, string | boolean | number[]> {
  const refuse = () => new FormatError(`the header must be a dictionary as NumPy writes it, got ${shown(text)}`);
  const fields: Record<string, string | boolean | number[]> = Object.create(null);
  const body = /^\s*\{/.exec(text);
  if (!body) throw refuse();
  ENTRY.lastIndex = body[0].length;
  let end = ENTRY.lastIndex;
  for (let entry = ENTRY.exec(text); entry; entry = ENTRY.exec(text)) {
    const [, , key, , string, truth, tuple] = entry;
    if (key in fields) throw new FormatError(`the header has the key '${key}' twice`);
    fields[key] = string ?? (truth === undefined ? readTuple(tuple) : truth === 'True');
    end = ENTRY.lastIndex;
  }
  if (!/^\s*\} *\n$/.test(text.slice(end))) throw refuse();
  return fields;
}

/** The integers of a tuple; one alone has a comma after it, as in Python. */
function readTuple(text: string): number[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.at(-1) === '') parts.pop();
  else if (parts.length === 1) throw new FormatError(`a shape with one axis is written (${parts[0]},), got (${text})`);
  return parts.map((part) => {
    if (!/^\d+L?$/.test(part)) throw new FormatError(`a shape must hold integers, got (${text})`);
    return Number.parseInt(part, 10);
  });
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
