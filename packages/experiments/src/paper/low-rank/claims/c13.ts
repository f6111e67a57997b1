import { type ClaimRule, withInterval } from '@advml/runs';
import {
  type AtRank,
  isNeeded,
  LOW,
  leastRank,
  MOST,
  recovered,
  recoveredByRank,
  robustByRank,
} from '../../../shared/low-rank.ts';
import { signsDetail } from '../../../shared/masking.ts';
import type { LowRankMeasures } from '../measures.ts';
import type { LowRankSetting } from '../setting.ts';

/**
 * Updates of low rank make it robust, and what adversarial training changes is of low rank.
 *
 * "Most of" is read as nine tenths: half would be met by the first term of w' - w, without any training. "Low" is a quarter of the full
 * rank, for the updates that are trained and for w' - w. All trainings have as many steps, so that only ranks differ.
 */
export const c13: ClaimRule<LowRankMeasures, LowRankSetting> = {
  id: 'C13',
  statement:
    "Adversarial training restricted to an update of low rank recovers most of the robust accuracy, and the update w' - w has low effective rank.",
  quantity: `robust accuracy of w + A B for the largest rank trained of at most ${LOW} of the full one, over that of training all weights for as many steps, on the same examples`,
  bar: `> ${MOST} at the low end of its interval, at a rank of at most ${LOW} of the full one, where w alone has less; effective rank of w' - w at most ${LOW} of it too`,
  find: ({ update, cleanChange, trained, random, full }) => {
    const whole = update.truncated[update.truncated.length - 1];
    const { length } = update.spectrum.values;
    const at = (network: AtRank) => ({ network, of: network.rank / length, ...recovered(network, full) });
    const curve = trained.map(at);
    const low = curve.filter(({ of }) => of <= LOW);
    const { network: largest, ...share } = low.at(-1) ?? curve[0];
    const effective = update.spectrum.effectiveRank / length;
    return {
      ...withInterval(share),
      holds: share.of <= LOW && share.low > MOST && isNeeded(update.without, full) && effective <= LOW,
      attack: largest.attack,
      detail: {
        rank: largest.rank,
        rankOverFull: share.of,
        leastRankOverFull: leastRank(curve),
        examples: largest.robust.trials,
        cleanAccuracy: largest.clean.value,
        robustWithout: update.without.robust.value,
        robustOfWPrime: whole.robust.value,
        robustOfFullTraining: full.robust.value,
        recoveredByRankOverFull: recoveredByRank(curve),
        recoveredInRandomSubspace: recoveredByRank(random.map(at)),
        robustByRank: robustByRank(trained),
        robustByRankInRandomSubspace: robustByRank(random),
        robustByRankOfTruncatedUpdate: robustByRank(update.truncated),
        effectiveRankOfUpdate: update.spectrum.effectiveRank,
        effectiveRankOfUpdateOverDimension: effective,
        effectiveRankOfCleanChangeOverDimension: cleanChange.effectiveRank / length,
        stableRankOfUpdate: update.spectrum.stableRank,
        firstDirectionAlongMixture: update.alongMixture,
        ...signsDetail({ trained: largest.masking, fullTraining: full.masking }),
      },
    };
  },
};
