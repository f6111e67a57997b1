/**
 * A small set of handwritten digits, built in: for tests, examples and pages, without a file or a download.
 *
 * It is an entry point of its own, so that only programs that want the digits carry their 116 KiB.
 *
 * @packageDocumentation
 */
import type { Batch } from '@advml/core';
import { DIGITS } from './digits-records.ts';
import type { ExampleSet } from './example-set.ts';
import { putNumbers } from './put-numbers.ts';
import { storedExamples } from './stored-examples.ts';

/** Bytes of an image. */
const SIZE = 64;

/**
 * 1,797 handwritten digits by 13 people, 8 x 8 pixels each, the set of scikit-learn's `load_digits`.
 *
 * Pixels 0..16, how many dots of a block of 4 x 4 were black, become 0..1. The data are licensed CC BY 4.0; whoever hands
 * them on names their authors, as the package's `LICENSE-digits` does.
 *
 * @returns Images [8, 8, 1] in [0, 1], white on black, and classes 0 to 9. It keeps no tensors.
 * @example
 * ```ts
 * const { train, validation } = balancedSplit(digits(), 30, key('split', 0)); // 1,497 and 300
 * ```
 * @see Alpaydin, Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998
 * (https://doi.org/10.24432/C50P49).
 */
export function digits(): ExampleSet<Batch> {
  const records = DIGITS.split('\n');
  const pixels = Uint8Array.from(records.flatMap((record) => Array.from(record.slice(1), numberOf)));
  return storedExamples({
    shape: [8, 8, 1],
    labels: Uint8Array.from(records, (record) => numberOf(record[0])),
    put: (index, into) => putNumbers(pixels, index * SIZE, into, 16),
  });
}

/** 0 to 16 from one character, 0 to g. */
function numberOf(character: string): number {
  return Number.parseInt(character, 17);
}
