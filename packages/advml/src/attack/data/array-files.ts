import { existsSync } from 'node:fs';
import { InputError } from '@advml/core';
import { readIdxFile } from '@advml/data';
import { decodeNpy, fileKind, type SafeTensor } from '@advml/formats';
import { arraysIn, bytesOf, type FileArrays, named, sha256 } from '../arrays.ts';
import { entriesAt } from './chosen.ts';
import { type ExampleFiles, type OnNote, type Origin, sizeOf } from './raw-examples.ts';

/** Names under which files have inputs and labels. */
const PAIRS = [
  ['x', 'y'],
  ['images', 'labels'],
  ['x_test', 'y_test'],
] as const;

/** Inputs and labels whose arrays are at hand. */
function arrayExamples(x: SafeTensor, y: SafeTensor, origin: Origin): ExampleFiles {
  const [count] = x.shape;
  if (x.shape.length < 2 || sizeOf(x.shape) === 0)
    throw new InputError(`${origin.path}: inputs must have shape [n, ...], got [${x.shape}]`);
  if (y.shape[0] !== count)
    throw new InputError(`${origin.path}: labels must be [${count}], one an input, got [${y.shape}]`);
  const all = (places: readonly number[]) => places.length === count && places.every((place, at) => place === at);
  return {
    count,
    take: (places) => (all(places) ? { x, y, origin } : { x: entriesAt(x, places), y: entriesAt(y, places), origin }),
  };
}

/**
 * Finds inputs and labels in a file.
 *
 * @param file - Its arrays.
 * @returns Both.
 * @throws InputError if there are none, or they do not fit each other.
 */
export function findExamples({ path, sha256, arrays }: FileArrays): ExampleFiles {
  const pair = PAIRS.find((names) => names.every((name) => name in arrays));
  if (!pair) {
    const wanted = PAIRS.map((names) => names.join(' and ')).join(', or ');
    throw new InputError(`${path} must hold arrays ${wanted}; it holds ${Object.keys(arrays).join(', ') || 'none'}`);
  }
  return arrayExamples(arrays[pair[0]], arrays[pair[1]], { path, sha256 });
}

/** Safetensors' names of the number types of IDX files. */
const DTYPES = { uint8: 'U8', int8: 'I8', int16: 'I16', int32: 'I32', float32: 'F32', float64: 'F64' } as const;

/** The first bytes of an IDX file with a type it may have, or of a packed file, whose name then tells. */
const isIdx = (path: string, bytes: Uint8Array): boolean =>
  fileKind(bytes) === 'gzip'
    ? /idx\d/.test(path)
    : bytes[0] === 0 && bytes[1] === 0 && bytes[2] >= 8 && bytes[2] <= 14 && bytes[3] > 0 && bytes[3] < 8;

/** The one array of a file, npy or IDX; undefined if it is of another kind. */
async function singleArray(path: string, bytes: Uint8Array): Promise<SafeTensor | undefined> {
  if (fileKind(bytes) === 'npy') return decodeNpy(bytes);
  if (!isIdx(path, bytes)) return undefined;
  const { dtype, shape, data } = await readIdxFile(bytes);
  return { dtype: DTYPES[dtype], shape, data } as SafeTensor;
}

/** What a name has where it means inputs, and where it means labels. */
const WORDS = [
  ['images', 'labels'],
  ['x_', 'y_'],
  ['x.', 'y.'],
  ['idx3', 'idx1'],
] as const;

/** The file beside one of inputs that by its name holds their labels. */
function labelsBeside(path: string): string {
  const folder = path.length - (path.split(/[\\/]/).at(-1) as string).length;
  const renamed = WORDS.reduce(
    (name, [inputs, labels]) => name.replace(new RegExp(`(^|[^a-zA-Z])${inputs.replace('.', '\\.')}`), `$1${labels}`),
    path.slice(folder),
  );
  const found = path.slice(0, folder) + renamed;
  if (found !== path && existsSync(found)) return found;
  throw new InputError(
    `${path} holds one array, and ${found === path ? 'its name does not say where the labels are' : `there is no ${found}`}: name the file of labels with --labels`,
  );
}

async function labelsIn(path: string): Promise<{ readonly y: SafeTensor; readonly bytes: Uint8Array }> {
  const bytes = await bytesOf(path);
  return named(path, async () => {
    const y = await singleArray(path, bytes);
    if (!y) throw new InputError('labels must be an npy or an IDX file');
    return { y, bytes };
  });
}

/**
 * Inputs and labels of a file, or of two: safetensors and npz hold both, npy and IDX files one each.
 *
 * @param path - The file; the one of inputs where there are two.
 * @param labels - The one of labels. Default: the file beside it whose name says labels.
 * @param onNote - Told which file that was.
 * @returns Both.
 * @throws InputError that names the file if it cannot be read, is damaged, or does not hold them.
 */
export async function filedExamples(path: string, labels: string | undefined, onNote: OnNote): Promise<ExampleFiles> {
  const bytes = await bytesOf(path);
  const x = await named(path, () => singleArray(path, bytes));
  if (!x) {
    if (labels !== undefined)
      throw new InputError(`--labels belongs to --data of one array, npy or IDX, got '${path}'`);
    return findExamples(await arraysIn(path, bytes));
  }
  const beside = labels ?? labelsBeside(path);
  if (labels === undefined) onNote(`labels are taken from ${beside}`);
  const { y, bytes: more } = await labelsIn(beside);
  return arrayExamples(x, y, { path, sha256: sha256(bytes, more) });
}
