/** Seconds in words: `42 s`, `3 min 05 s`, `1 h 02 min`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** How far a piece of work is: share done, rate and time left. */
export interface Meter {
  /**
   * The line to show.
   *
   * @param done - Units done.
   * @param total - Units of the whole work.
   */
  line(done: number, total: number): string;
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
    line: (done, total) => {
      first ??= { done, at: now() };
      const seconds = (now() - first.at) / 1000;
      const rate = (done - first.done) / seconds;
      const share = `${name}: ${done}/${total} (${Math.floor((100 * done) / total)}%)`;
      if (!(rate > 0) || !Number.isFinite(rate)) return share;
      return `${share}, ${rate.toPrecision(3)} a second, ${durationText((total - done) / rate)} left`;
    },
  };
}
