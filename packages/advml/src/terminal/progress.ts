import { durationText } from '@advml/core/internal';

/** The share of a work that is done; all of it where there is none. */
export const shareOf = (done: number, total: number): number => (total > 0 ? done / total : 1);

/** How far a piece of work is: share done, rate and time left. */
export interface Meter {
  /**
   * The line to show.
   *
   * @param done - Units done.
   * @param total - Units of the whole work.
   * @param brief - Without counts and rate, to stand beside other work.
   */
  line(done: number, total: number, brief?: boolean): string;
}

/**
 * A meter for one piece of work; its rate counts from the first call, so that resumed work is not overrated.
 *
 * @param name - What is being done.
 * @param now - A clock in milliseconds.
 * @returns The meter.
 */
export function meterOf(name: string, now: () => number = () => performance.now()): Meter {
  let first: { done: number; at: number } | undefined;
  return {
    line: (done, total, brief = false) => {
      first ??= { done, at: now() };
      const seconds = (now() - first.at) / 1000;
      const rate = (done - first.done) / seconds;
      const percent = `${Math.floor(100 * shareOf(done, total))}%`;
      const share = brief ? `${name} ${percent}` : `${name}: ${done}/${total} (${percent})`;
      if (!(rate > 0) || !Number.isFinite(rate)) return share;
      const left = `${durationText((total - done) / rate)} left`;
      return brief ? `${share}, ${left}` : `${share}, ${rate.toPrecision(3)} a second, ${left}`;
    },
  };
}
