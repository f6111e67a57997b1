import { isBeyond } from './bar.ts';
import type { Claim } from './claim.ts';
import { meanOverSeeds } from './mean-over-seeds.ts';

/** Share of seeds in which a claim must hold to be said to hold over seeds: four of five. */
const NEEDED = 0.8;

/** The details that all seeds have alike, such as gamma and tau. */
function sameInAll([{ detail }, ...others]: readonly Claim[]): Claim['detail'] {
  const plain = ([name, value]: [string, unknown]) =>
    typeof value !== 'object' && others.every((other) => other.detail[name] === value);
  return Object.fromEntries(Object.entries(detail).filter(plain));
}

/**
 * One claim over several seeds: the mean of its number with the interval over seeds, cut to [0, 1] for shares.
 *
 * @param perSeed - The same claim, as each seed's run judged it.
 * @param seeds - The seeds, in the same order.
 * @returns The claim over seeds; it holds where at least four of five seeds hold and the interval lies beyond the bar: one bad seed
 * of many is not outvoted if it spoils the mean.
 */
function overSeeds(perSeed: readonly Claim[], seeds: readonly number[]): Claim {
  const [{ id, statement, quantity, bar, attack, certifier }] = perSeed;
  const { mean, interval, shown } = meanOverSeeds(
    perSeed.map(({ value }) => value),
    perSeed.map((claim) => claim.interval),
  );
  const held = perSeed.filter(({ holds }) => holds).length;
  const intervalBeyondBar = isBeyond(interval, bar); // not as it is shown: what is cut to [0, 1] lies beyond no bar by that
  return {
    id,
    statement,
    quantity,
    bar,
    value: mean,
    interval: shown,
    holds: held >= NEEDED * perSeed.length && intervalBeyondBar !== false,
    ...(attack && { attack }),
    ...(certifier && { certifier }),
    detail: {
      ...sameInAll(perSeed),
      seedsThatHold: `${held} of ${perSeed.length}`,
      ...(intervalBeyondBar !== undefined && { intervalBeyondBar }),
      seeds: perSeed.map(({ value, holds }, at) => ({ seed: seeds[at], value, holds })),
    },
  };
}

/**
 * The claims of several runs that differ by their seed.
 *
 * @param runs - The claims of each run, in the order of `seeds`; at least two runs with the same claims.
 * @param seeds - Their seeds.
 * @returns One claim a row, over seeds.
 */
export function aggregateClaims(runs: readonly (readonly Claim[])[], seeds: readonly number[]): readonly Claim[] {
  return runs[0].map((_, at) =>
    overSeeds(
      runs.map((claims) => claims[at]),
      seeds,
    ),
  );
}
