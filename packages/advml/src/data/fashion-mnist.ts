import { fashionMnistClasses, type IdxArrays, type IdxFolder } from '@advml/data/disk';
import { checksum } from '@advml/formats';
import type { Terminal } from '../terminal/terminal.ts';

/** CRC-32 of each class's images, one after the other as they stand in Debian's package. */
const DEBIAN = {
  train: [
    ...['2d14b5f8', '16436f3e', '30dd2f33', '0199b79b', '1b66009b'],
    ...['3d0cedf3', '4593a0bb', 'f3654d6d', '9763352f', '3574082f'],
  ],
  test: [
    ...['a2d93687', '0898ed91', '9b1db83b', '89639300', '3199a76e'],
    ...['6794f45b', '6876f1a9', '265820f3', 'db9641eb', '42e957c1'],
  ],
} as const;

/** What one part of the set has of a class. */
interface Part {
  /** How many images. */
  readonly count: number;
  /** CRC-32 of their bytes, in the order of the set. */
  readonly checksum: string;
  /** Whether these are the images of Debian's package. */
  readonly ok: boolean;
}

/** A class of Fashion-MNIST as it was found. */
export interface FoundClass {
  readonly class: number;
  /** What it shows. */
  readonly name: string;
  readonly train: Part;
  readonly test: Part;
}

/** Counts and checksums of each class, compared with Debian's package. */
export function checkFashionMnist({ train, test }: IdxFolder): readonly FoundClass[] {
  return fashionMnistClasses.map((name, label) => ({
    class: label,
    name,
    train: partOf(train, label, DEBIAN.train[label]),
    test: partOf(test, label, DEBIAN.test[label]),
  }));
}

function partOf({ images, labels }: IdxArrays, label: number, expected: string): Part {
  const bytes = images.data as Uint8Array;
  const size = images.shape[1] * images.shape[2];
  const own = Array.from(labels.data.keys()).filter((index) => labels.data[index] === label);
  const found = checksum(...own.map((index) => bytes.subarray(index * size, (index + 1) * size)));
  return { count: own.length, checksum: found, ok: found === expected };
}

/** What was found, as a table for a person. */
export function fashionMnistTable(folder: string, classes: readonly FoundClass[], { paint }: Terminal): string {
  const judged = ({ ok }: Part) => (ok ? paint('green', 'ok     ') : paint('red', 'differs'));
  const rows = classes.map(
    ({ class: label, name, train, test }) =>
      `${label}      ${name.padEnd(11)}  ${String(train.count).padStart(6)}  ${judged(train)}  ${String(test.count).padStart(6)}  ${judged(test)}`,
  );
  return [
    `Fashion-MNIST in ${folder}: 60,000 images to train on and 10,000 to test, 28 x 28 (MIT licence)`,
    `class  shows         train  images     test  images`,
    ...rows.map((row) => row.trimEnd()),
    '',
  ].join('\n');
}
