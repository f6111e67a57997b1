import type { Pace } from '@advml/core/internal';
import { climb } from './climb.ts';
import type { JointNetwork } from './dual-ascent.ts';
import type { JointSearch } from './search.ts';

/** Evaluations of the dual of a part, which begins at the multipliers of what it was cut from. */
const STEPS = 12;

/** What a coordinate counts for that the dual does not bend at its best, as a share of its curvature. */
const UNBENT = 1e-3;

/** The ball of one example, cut into parts. */
interface Cut {
  readonly whole: JointSearch;
  /** Parts that are not proved. */
  readonly open: readonly JointSearch[];
  /** How many parts there are in all. */
  readonly count: number;
  /** The least bound of a part that is proved. */
  readonly least: number;
}

/**
 * Cuts the balls of examples into parts until all parts are proved, or there are too many.
 *
 * Where the dual leaves a gap, its trust region has minimizers on both sides of a direction that many neurons share, and the neurons move
 * as if $`\delta`$ were on both. In a part it is on one side. Parts are ranges of coordinates in the basis of the spectrum, in which
 * they cost nothing more than the ball.
 *
 * @param network - The network.
 * @param wholes - Open searches; what is proved or met becomes theirs.
 * @param most - The most parts of one ball.
 * @param verify - Verifies the best values of some parts.
 * @param pace - Told of every evaluation of the dual.
 */
export async function branch(
  network: JointNetwork,
  wholes: readonly JointSearch[],
  most: number,
  verify: (searches: readonly JointSearch[]) => void,
  pace: Pace,
): Promise<void> {
  const isAllowed = ({ whole, open, count }: Cut) =>
    open.length > 0 && whole.reached > 0 && count + open.length <= most;
  let cuts = wholes.map((whole): Cut => ({ whole, open: [whole], count: 1, least: Infinity })).filter(isAllowed);
  while (cuts.length > 0) {
    cuts = cuts.map((cut) => ({
      ...cut,
      open: cut.open.flatMap((part) => halves(part, network.spectrum.values)),
      count: cut.count + cut.open.length,
    }));
    const parts = cuts.flatMap(({ open }) => open);
    await climb(network, parts, STEPS, verify, pace);
    cuts = cuts.map(gathered).filter(isAllowed);
  }
}

/** What the parts of a cut came to. */
function gathered({ whole, open, count, least }: Cut): Cut {
  for (const { reached, at } of open) if (reached < whole.reached) [whole.reached, whole.at] = [reached, at];
  const lowest = open.reduce((low, { bound }) => (bound > 0 ? Math.min(low, bound) : low), least);
  const left = open.filter(({ bound }) => bound <= 0);
  if (left.length === 0) whole.bound = lowest;
  return { whole, open: left, count, least: lowest };
}

/**
 * Two parts of a part, on both sides of the middle of the coordinate that the dual bends most over its range.
 *
 * @param part - A search with its best multipliers.
 * @param values - Eigenvalues of the spectrum, [d].
 * @returns Fresh searches of the parts, which begin at those multipliers.
 */
export function halves(part: JointSearch, values: Float64Array): JointSearch[] {
  const { region, best, mu } = part;
  let [place, most] = [0, -1];
  for (const [j, value] of values.entries()) {
    const curvature = best.lambda * value;
    const bend = (region.high[j] - region.low[j]) ** 2 * Math.max(curvature - mu, UNBENT * curvature);
    if (bend > most) [place, most] = [j, bend];
  }
  const middle = (region.low[place] + region.high[place]) / 2;
  const fresh = { ...part, multipliers: best, value: -Infinity, bound: -Infinity };
  return [
    { ...fresh, region: { low: region.low, high: region.high.with(place, middle) } },
    { ...fresh, region: { low: region.low.with(place, middle), high: region.high } },
  ];
}
