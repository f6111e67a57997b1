import type { ClaimRule } from '@advml/runs';
import { recovered, robustByRank } from '../../../shared/low-rank.ts';
import { signsDetail } from '../../../shared/masking.ts';
import type { LowRankMeasures } from '../measures.ts';
import type { LowRankSetting } from '../setting.ts';

/** Updates of low rank make it robust: nine tenths of it, as for the paper's network. */
export const c13: ClaimRule<LowRankMeasures, LowRankSetting> = {
  id: 'C13',
  statement: 'Adversarial training restricted to updates of low rank recovers most of the robust accuracy.',
  quantity: "robust accuracy for the largest rank trained, over that of w' on the same images",
  bar: '> 0.9',
  find: ({ trained, whole, without, full, layers, truncated }) => {
    const largest = trained[trained.length - 1];
    return {
      ...recovered(largest, whole),
      detail: {
        rank: largest.rank,
        examples: largest.robust.trials,
        cleanAccuracy: largest.clean.value,
        robustOfW: without.robust.value,
        robustOfWPrime: whole.robust.value,
        robustOfFullTraining: full.robust.value,
        robustByRank: robustByRank(trained),
        robustByRankOfTruncatedUpdate: robustByRank(truncated),
        effectiveRankOverFull: Object.fromEntries(
          layers.map(({ name, effectiveRank, side }) => [name, effectiveRank / side]),
        ),
        ...signsDetail({ trained: largest.masking, wPrime: whole.masking }),
      },
    };
  },
};
