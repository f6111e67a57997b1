import type { ClaimRule } from '@advml/runs';
import { recovered, robustByRank } from '../../../shared/low-rank.ts';
import { signsDetail } from '../../../shared/masking.ts';
import type { LowRankMeasures } from '../measures.ts';
import type { LowRankSetting } from '../setting.ts';

/**
 * Updates of low rank make it robust.
 *
 * "Most of" is read as nine tenths: half would be met by the first term of w' - w, without any training.
 */
export const c13: ClaimRule<LowRankMeasures, LowRankSetting> = {
  id: 'C13',
  statement: 'Adversarial training restricted to an update of low rank recovers most of the robust accuracy.',
  quantity: "robust accuracy of w + A B for the largest rank trained, over that of w' on the same examples",
  bar: '> 0.9',
  find: ({ update, cleanChange, trained, random, full }) => {
    const whole = update.truncated[update.truncated.length - 1];
    const largest = trained[trained.length - 1];
    const { length } = update.spectrum.values;
    return {
      ...recovered(largest, whole),
      detail: {
        rank: largest.rank,
        examples: largest.robust.trials,
        cleanAccuracy: largest.clean.value,
        robustWithout: update.without.robust.value,
        robustOfWPrime: whole.robust.value,
        robustOfFullTraining: full.robust.value,
        robustByRank: robustByRank(trained),
        robustByRankInRandomSubspace: robustByRank(random),
        robustByRankOfTruncatedUpdate: robustByRank(update.truncated),
        effectiveRankOfUpdate: update.spectrum.effectiveRank,
        effectiveRankOfUpdateOverDimension: update.spectrum.effectiveRank / length,
        effectiveRankOfCleanChangeOverDimension: cleanChange.effectiveRank / length,
        stableRankOfUpdate: update.spectrum.stableRank,
        firstDirectionAlongMixture: update.alongMixture,
        ...signsDetail({ trained: largest.masking, wPrime: whole.masking }),
      },
    };
  },
};
