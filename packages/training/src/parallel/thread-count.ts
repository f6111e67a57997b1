/** Times of a step that are taken of each count, after one that is not: code is compiled in the first. */
const TIMES = 5;

/** What more threads may take of the time of one, at most, to be worth having. */
const WORTH = 0.95;

/** How many threads share a step. */
export interface ThreadCount {
  /** How many share the next one. */
  readonly now: number;
  /** Whether it stays so. */
  readonly settled: boolean;
  /**
   * Notes how long a step took.
   *
   * @param milliseconds - Its time.
   */
  took(milliseconds: number): void;
}

/**
 * A count that stays.
 *
 * @param count - How many threads.
 * @returns The count.
 */
export const fixedCount = (count: number): ThreadCount => ({ now: count, settled: true, took: () => {} });

/**
 * The count that is quickest: 1, 2, 4 and so on, and the most there can be, share the first steps in turns, and their median times decide. More
 * than one thread must save a twentieth.
 *
 * @param most - The largest count, at least 1.
 * @returns The count.
 */
export function quickestCount(most: number): ThreadCount {
  const counts = Array.from({ length: Math.ceil(Math.log2(most)) }, (_, power) => 2 ** power).concat(most);
  const times = counts.map((): number[] => []);
  let step = 0;
  let settled = most === 1 ? 1 : undefined;
  return {
    get now() {
      return settled ?? counts[step % counts.length];
    },
    get settled() {
      return settled !== undefined;
    },
    took(milliseconds) {
      if (settled !== undefined) return;
      times[step % counts.length].push(milliseconds);
      step += 1;
      if (step === (1 + TIMES) * counts.length) settled = quickest(counts, times);
    },
  };
}

function quickest(counts: readonly number[], times: readonly (readonly number[])[]): number {
  const medians = times.map(([, ...timed]) => timed.sort((a, b) => a - b)[TIMES >> 1]);
  const least = Math.min(...medians);
  return least < WORTH * medians[0] ? counts[medians.indexOf(least)] : 1;
}
