import type { AtRank, LowRankMeasures } from '../low-rank/measures.ts';
import type { ClaimRule } from './rule.ts';

const robustByRank = (networks: readonly AtRank[]): Record<string, number> =>
  Object.fromEntries(networks.map(({ rank, robust }) => [rank, robust.value]));

/**
 * Updates of low rank make it robust.
 *
 * "Most of" is read as nine tenths: half would be met by the first term of w' - w, without any training.
 */
export const c13: ClaimRule<LowRankMeasures> = {
  id: 'C13',
  statement: 'Adversarial training restricted to an update of low rank recovers most of the robust accuracy.',
  quantity: "robust accuracy of w + A B for the largest rank trained, over that of w' on the same examples",
  bar: '> 0.9',
  find: ({ update, cleanChange, trained, random, full }) => {
    const whole = update.truncated[update.truncated.length - 1].robust.value;
    const largest = trained[trained.length - 1];
    const share = (accuracy: number) => (whole > 0 ? accuracy / whole : 0);
    const { value, low, high } = largest.robust;
    const { length } = update.spectrum.values;
    return {
      value: share(value),
      interval: [share(low), share(high)],
      holds: share(value) > 0.9,
      attack: largest.attack,
      detail: {
        rank: largest.rank,
        examples: largest.robust.trials,
        cleanAccuracy: largest.clean.value,
        robustWithout: update.without.robust.value,
        robustOfWPrime: whole,
        robustOfFullTraining: full.robust.value,
        robustByRank: robustByRank(trained),
        robustByRankInRandomSubspace: robustByRank(random),
        robustByRankOfTruncatedUpdate: robustByRank(update.truncated),
        effectiveRankOfUpdate: update.spectrum.effectiveRank,
        effectiveRankOfUpdateOverDimension: update.spectrum.effectiveRank / length,
        effectiveRankOfCleanChangeOverDimension: cleanChange.effectiveRank / length,
        stableRankOfUpdate: update.spectrum.stableRank,
        firstDirectionAlongMixture: update.alongMixture,
      },
    };
  },
};
