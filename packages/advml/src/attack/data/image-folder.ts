import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InputError } from '@advml/core';
import { type ImageHeader, type ImageSize, imageBytes, imageHeader } from './image-files.ts';
import type { ExampleFiles, OnNote, RawExamples } from './raw-examples.ts';

/** Endings of files that are taken as images. */
const IMAGE = /\.(png|jpe?g)$/i;

/** The most bytes that all images together may have when decoded. */
const MOST = 2 ** 30;

/** A class's folder with the paths of its images. */
interface ClassFolder {
  readonly name: string;
  readonly paths: readonly string[];
}

/** An image with the class it belongs to. */
interface Labelled {
  readonly path: string;
  readonly label: number;
}

const byName = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** Names within a folder, in order; but hidden ones, which tools leave. */
const namesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => !name.startsWith('.')).sort(byName);

/** Folders within a folder, links to folders too. */
async function foldersIn(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder);
  const found = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return names.filter((_, at) => found[at]?.isDirectory());
}

async function classFolders(folder: string): Promise<readonly ClassFolder[]> {
  const folders = (await foldersIn(folder)).map(async (name): Promise<ClassFolder> => {
    const files = (await namesIn(join(folder, name))).filter((file) => IMAGE.test(file));
    return { name, paths: files.map((file) => join(folder, name, file)) };
  });
  return Promise.all(folders);
}

/** Classes by place: a folder without images would be one, or would move those behind it. */
function inOrder(folders: readonly ClassFolder[], onNote: OnNote): readonly number[] {
  const empty = folders.findIndex(({ paths }) => paths.length === 0);
  if (empty >= 0)
    throw new InputError(
      `each folder must hold PNG or JPEG images, got none in '${folders[empty].name}', which would be class ${empty}: move it away, or give all folders the numbers of their classes as names`,
    );
  onNote(`folders in the order of their names: ${folders.map(({ name }, at) => `${name} is class ${at}`).join(', ')}`);
  return folders.map((_, at) => at);
}

/** The class of each folder: its place in a list that the model gives, the number that it is, or its place among the folders. */
function labelsOf(
  folders: readonly ClassFolder[],
  classes: readonly string[] | undefined,
  onNote: OnNote,
): readonly number[] {
  const names = folders.filter(({ paths }) => paths.length > 0).map(({ name }) => name);
  if (classes?.length && names.every((name) => classes.includes(name)))
    return folders.map(({ name }) => classes.indexOf(name));
  if (names.every((name) => /^\d+$/.test(name))) return folders.map(({ name }) => Number(name));
  return inOrder(folders, onNote);
}

/** The first of each class, then the second of each, so that the first few examples are of all classes. */
function inTurn(folders: readonly ClassFolder[], labels: readonly number[]): readonly Labelled[] {
  const longest = Math.max(...folders.map(({ paths }) => paths.length));
  return Array.from({ length: longest }, (_, at) =>
    folders.flatMap(({ paths }, place) => (at < paths.length ? [{ path: paths[at], label: labels[place] }] : [])),
  ).flat();
}

/** The size that all images get, checked before any is decoded. */
function commonSize(images: readonly Labelled[], headers: readonly ImageHeader[], size?: ImageSize): ImageSize {
  const [{ width, height }] = headers;
  const other = headers.findIndex((header) => header.width !== width || header.height !== height);
  if (size) return size;
  if (other < 0) return { width, height };
  throw new InputError(
    `images must share a size: ${images[0].path} is ${width}x${height}, ${images[other].path} is ${headers[other].width}x${headers[other].height}; --size ${width}x${height} resizes them`,
  );
}

async function decoded(images: readonly Labelled[], size: ImageSize | undefined, onNote: OnNote) {
  const headers: ImageHeader[] = [];
  for (const { path } of images) headers.push(await imageHeader(path));
  const own = commonSize(images, headers, size);
  const resized = headers.filter(({ width, height }) => width !== own.width || height !== own.height).length;
  if (resized > 0) onNote(`${resized} of ${images.length} images are resized to ${own.width}x${own.height}`);
  if (headers.some(({ alpha }) => alpha)) onNote('transparency of images is left out');
  const colour = headers.some((header) => header.colour);
  const shape = [images.length, own.height, own.width, colour ? 3 : 1];
  const length = shape.slice(1).reduce((product, axis) => product * axis, 1);
  if (length * images.length > MOST)
    throw new InputError(
      `images must take at most ${MOST} bytes together, got [${shape}]: take fewer with --first, or smaller ones with --size`,
    );
  const data = new Uint8Array(length * images.length);
  for (const [at, { path }] of images.entries()) data.set(await imageBytes(path, own, colour), at * length);
  return { shape, data };
}

/** A digest of names, labels and pixels. */
function digestOf(images: readonly Labelled[], data: Uint8Array): string {
  const names = images.map(({ path, label }) => `${label}/${basename(path)}\n`);
  return createHash('sha256').update(names.join('')).update(data).digest('hex');
}

/** What a folder of images is read with. */
export interface ImageFolderOptions {
  /** What images are resized to. Default: they must share a size. */
  readonly size?: ImageSize;
  /** Names of the classes, in their order, as the model gives them. */
  readonly classes?: readonly string[];
  readonly onNote: OnNote;
}

/**
 * PNG and JPEG images in a folder with one folder a class. Only those that are taken are read.
 *
 * @param folder - The folder of folders.
 * @param options - Size, names of classes, who is told.
 * @returns The images in turn: the first of each class, then the second of each.
 * @throws InputError if there are no images, or one is damaged or of another size.
 */
export async function imageFolder(
  folder: string,
  { size, classes, onNote }: ImageFolderOptions,
): Promise<ExampleFiles> {
  const folders = await classFolders(folder);
  if (folders.every(({ paths }) => paths.length === 0))
    throw new InputError(
      `${folder} must hold one folder a class with PNG or JPEG images, t10k-images-idx3-ubyte, test_batch.bin or test.bin`,
    );
  const images = inTurn(folders, labelsOf(folders, classes, onNote));
  return {
    count: images.length,
    take: async (places): Promise<RawExamples> => {
      const chosen = places.map((place) => images[place]);
      const { shape, data } = await decoded(chosen, size, onNote);
      return {
        x: { dtype: 'U8', shape, data },
        y: { dtype: 'I32', shape: [chosen.length], data: Int32Array.from(chosen, ({ label }) => label) },
        layout: 'nhwc',
        origin: { path: folder, sha256: digestOf(chosen, data) },
      };
    },
  };
}
