/** Rounds after which a search for a root ends whatever it has: what is not a number never comes to an end by itself. */
const ROUNDS = 200;

/**
 * The root of a rising function on [0, high], to the last bits of a double; `high` where it is not positive even there.
 *
 * Newton steps that never leave the bracket around the root: a few passes over the row, where bisection takes fifty.
 *
 * @param f - Value and slope; not positive at 0.
 * @param high - The end of the range.
 */
export function risingRoot(f: (at: number) => readonly [value: number, slope: number], high: number): number {
  let [low, top, at] = [0, high, high];
  for (let round = 0; round < ROUNDS; round++) {
    const [value, slope] = f(at);
    if (value > 0) top = at;
    else low = at;
    const newton = at - value / slope;
    const next = newton > low && newton < top ? newton : (low + top) / 2;
    if (value === 0 || low === high || Math.abs(next - at) <= 1e-15 * next) return at;
    at = next;
  }
  return at;
}

/**
 * How long entries must move, each at its own pace until its room ends, for a linear function to rise by an amount.
 *
 * The rise is concave in the time and made of straight pieces, so Newton steps from zero end on the root itself.
 *
 * @returns The time; where the amount is out of reach, one at which no entry moves any more.
 */
export function timeToRise(slopes: Float64Array, rooms: Float64Array, paces: Float64Array, rise: number): number {
  let time = 0;
  for (let round = 0; round < ROUNDS + slopes.length; round++) {
    let [missing, slope] = [rise, 0];
    for (let at = 0; at < slopes.length; at++) {
      const way = time * paces[at];
      missing -= slopes[at] * Math.min(way, rooms[at]);
      if (way < rooms[at]) slope += slopes[at] * paces[at];
    }
    const next = time + missing / slope;
    if (!(next > time) || next === Infinity) break;
    time = next;
  }
  return time;
}
