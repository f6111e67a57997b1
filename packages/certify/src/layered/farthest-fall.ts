import type { Region } from './region.ts';
import { DOUBLE } from './rounding.ts';

/** Room for the entries that take part, so that no call makes arrays. */
export interface Scratch {
  /** Sizes of slopes. */
  readonly slope: Float64Array;
  /** How far the entry may go against its slope. */
  readonly room: Float64Array;
  /** How far it goes at the worst; written. */
  readonly used: Float64Array;
  /** Which entry of the input it is; written. */
  readonly entry: Int32Array;
}

/** Scratch for inputs of so many entries. */
export const scratchFor = (size: number): Scratch => ({
  slope: new Float64Array(size),
  room: new Float64Array(size),
  used: new Float64Array(size),
  entry: new Int32Array(size),
});

/** The most that slopes pay in linf: every entry as far as it may. */
function spendAll({ slope, room, used }: Scratch, count: number): number {
  let total = 0;
  for (let at = 0; at < count; at++) {
    used[at] = room[at];
    total += slope[at] * used[at];
  }
  return total;
}

/** The most in l1: the radius goes to the steepest entries first, each up to its room. */
function spendSteepest({ slope, room, used }: Scratch, count: number, radius: number): number {
  let steepest = 0;
  for (let at = 0; at < count; at++) {
    if (slope[at] > slope[steepest]) steepest = at;
    used[at] = 0;
  }
  if (count === 0) return 0;
  if (room[steepest] >= radius) {
    used[steepest] = radius;
    return radius * slope[steepest];
  }
  const order = Array.from({ length: count }, (_, at) => at).sort((a, b) => slope[b] - slope[a]);
  let [left, total] = [radius, 0];
  for (const at of order) {
    used[at] = Math.min(left, room[at]);
    total += used[at] * slope[at];
    left -= used[at];
    if (left <= 0) break;
  }
  return total;
}

/** Newton steps for the multiplier; it rises to the root without passing it, and any multiplier gives a sound bound. */
const NEWTON_STEPS = 30;

/**
 * The most in l2, from above: of the multiplier t of the ball, whatever it is, by duality.
 *
 * ```math
 * \max_{0 \le e \le r,\, \|e\| \le \rho} \langle s, e\rangle \le \sum_j \max_{0 \le e_j \le r_j} \Bigl(s_j e_j - \frac{e_j^2}{2t}\Bigr) + \frac{\rho^2}{2t}
 * ```
 */
function spendAlong(scratch: Scratch, count: number, radius: number): number {
  const { slope, room, used } = scratch;
  let squares = 0;
  for (let at = 0; at < count; at++) squares += slope[at] * slope[at];
  const length = Math.sqrt(squares);
  if (length === 0) return 0;
  let t = radius / length;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let [free, bound] = [0, 0]; // squares of the slopes that are free, of the rooms that are full
    for (let at = 0; at < count; at++) {
      if (t * slope[at] < room[at]) free += slope[at] * slope[at];
      else bound += room[at] * room[at];
    }
    if (free === 0) return Math.min(spendAll(scratch, count), radius * length); // all entries at the edge of their rooms
    const next = Math.sqrt(Math.max(radius * radius - bound, 0) / free);
    if (!(next > t * (1 + 1e-12))) break;
    t = next;
  }
  let total = (radius * radius) / (2 * t);
  for (let at = 0; at < count; at++) {
    used[at] = Math.min(t * slope[at], room[at]);
    total += used[at] * (slope[at] - used[at] / (2 * t));
  }
  return Math.min(total, radius * length);
}

/** Puts what takes part into the scratch, and gives how many entries those are. */
function gather(
  slopes: Float64Array,
  entries: Int32Array | undefined,
  { below, above }: Region,
  scratch: Scratch,
  sign: 1 | -1,
): number {
  let count = 0;
  for (let at = 0; at < slopes.length; at++) {
    const entry = entries ? entries[at] : at;
    const slope = sign * slopes[at];
    const room = slope > 0 ? below[entry] : slope < 0 ? above[entry] : Math.max(below[entry], above[entry]);
    if (slope === 0 || room === 0) continue;
    scratch.slope[count] = Math.abs(slope) || Infinity; // what an overflow made NaN may be anything
    scratch.entry[count] = entry;
    scratch.room[count++] = room;
  }
  return count;
}

const SPEND = { l1: spendSteepest, l2: spendAlong, linf: spendAll };

/** The fall where every entry goes as far as it may: in linf, the norm that most ask about, without the scratch. */
function fallInRooms(
  slopes: Float64Array,
  entries: Int32Array | undefined,
  { below, above }: Region,
  sign: 1 | -1,
): number {
  const [falling, rising] = sign > 0 ? [below, above] : [above, below];
  let total = 0;
  for (let at = 0; at < slopes.length; at++) {
    const entry = entries ? entries[at] : at;
    const slope = slopes[at];
    total += slope > 0 ? slope * falling[entry] : -slope * rising[entry];
  }
  return total;
}

/**
 * How far a linear function can fall within a region: exactly, but for rounding that makes it larger.
 *
 * ```math
 * -\min_{\delta} \langle c, \delta\rangle, \qquad \|\delta\| \le \rho, \; -\text{below} \le \delta \le \text{above}
 * ```
 *
 * @param slopes - The coefficients c.
 * @param entries - Which entries of the input they are for; all where none.
 * @param region - Where the input may move.
 * @param scratch - Room to work in.
 * @param sign - -1 for the function's farthest rise. Default: 1.
 * @returns The fall, >= 0.
 */
export function farthestFall(
  slopes: Float64Array,
  entries: Int32Array | undefined,
  region: Region,
  scratch: Scratch,
  sign: 1 | -1 = 1,
): number {
  const { norm, radius } = region;
  if (norm === 'linf') return fallInRooms(slopes, entries, region, sign) * (1 + DOUBLE);
  return SPEND[norm](scratch, gather(slopes, entries, region, scratch, sign), radius) * (1 + DOUBLE);
}

/**
 * Moves an input to where a linear function has fallen farthest.
 *
 * @param x - The input, moved in place.
 * @param slopes - The function's coefficients.
 * @param region - Where the input may move.
 * @param scratch - Room to work in.
 */
export function fall(x: Float32Array, slopes: Float64Array, region: Region, scratch: Scratch): void {
  const count = gather(slopes, undefined, region, scratch, 1);
  SPEND[region.norm](scratch, count, region.radius);
  for (let at = 0; at < count; at++) x[scratch.entry[at]] -= Math.sign(slopes[scratch.entry[at]]) * scratch.used[at];
}
