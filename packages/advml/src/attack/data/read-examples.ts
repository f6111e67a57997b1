import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@advml/core';
import { filedExamples } from './array-files.ts';
import { type Choice, chosen } from './chosen.ts';
import type { ImageSize } from './image-files.ts';
import { imageFolder } from './image-folder.ts';
import type { ExampleFiles, OnNote, RawExamples } from './raw-examples.ts';
import { CIFAR_FILES, cifarExamples, namedExamples, setNames } from './sets.ts';

/** Which examples, as the user says it. */
export interface DataSource extends Choice {
  /** A file, a folder, or the name of a set. */
  readonly data: string;
  /** File of the labels, where that of the inputs has none. */
  readonly labels?: string;
  /** Size that images of a folder get. */
  readonly size?: ImageSize;
}

/** The file of test images of a folder in the form of MNIST. */
const IDX_FILES = ['t10k-images-idx3-ubyte', 't10k-images-idx3-ubyte.gz'];

async function find(
  { data, labels, size }: DataSource,
  classes: readonly string[] | undefined,
  onNote: OnNote,
): Promise<ExampleFiles> {
  const named = setNames.find((name) => name === data);
  if (named) return namedExamples(named);
  const found = await stat(data).catch(() => undefined);
  if (!found)
    throw new InputError(
      `--data must be a file, a folder or one of ${setNames.join(', ')}, got '${data}', which is not there`,
    );
  if (!found.isDirectory()) {
    if (size) throw new InputError(`--size resizes the images of a folder, got --data ${data}`);
    return filedExamples(data, labels, onNote);
  }
  const holds = (name: string) => existsSync(join(data, name));
  const idx = IDX_FILES.find(holds);
  if (idx) return filedExamples(join(data, idx), labels, onNote);
  for (const [name, read] of Object.entries(CIFAR_FILES)) if (holds(name)) return cifarExamples(join(data, name), read);
  if (holds('test_batch'))
    throw new InputError(`${data} holds CIFAR as Python pickles; take its binary version, with test_batch.bin`);
  return imageFolder(data, { size, classes, onNote });
}

/**
 * Reads the examples that are wanted of a file, a folder or a set.
 *
 * @param source - What is wanted.
 * @param classes - Names of classes, in their order, as the model gives them.
 * @param onNote - Told what was not taken as it is.
 * @returns Inputs and labels.
 * @throws InputError that names the file if it cannot be read, is damaged, or does not hold them.
 */
export async function readExamples(
  source: DataSource,
  classes: readonly string[] | undefined,
  onNote: OnNote,
): Promise<RawExamples> {
  const found = await find(source, classes, onNote);
  const { count } = found;
  const places = await chosen(source, count);
  const first = Math.min(source.first ?? count, count);
  const raw = await found.take(places ?? Array.from({ length: first }, (_, at) => at));
  return { ...raw, ...(places && { indices: places }) };
}
