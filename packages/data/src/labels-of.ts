import type { ExampleSet } from './example-set.ts';

/** Examples taken at a time, to read their labels. */
const CHUNK = 1000;

/**
 * The labels of all examples of a set.
 *
 * @param set - Its examples are taken, a thousand at a time.
 * @returns One label an example, on the host.
 * @example
 * ```ts
 * const ones = subset(set, labelsOf(set).flatMap((label, index) => (label === 1 ? [index] : [])));
 * ```
 */
export function labelsOf(set: ExampleSet): readonly number[] {
  const labels: number[] = [];
  while (labels.length < set.count) {
    const length = Math.min(CHUNK, set.count - labels.length);
    const { x, y } = set.take(Array.from({ length }, (_, at) => labels.length + at));
    labels.push(...y.dataSync());
    x.dispose();
    y.dispose();
  }
  return labels;
}
