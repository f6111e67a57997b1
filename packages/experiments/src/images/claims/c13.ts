import { recovered, robustByRank } from '../../parts/at-rank.ts';
import type { LowRankMeasures } from '../low-rank/measures.ts';
import type { ImagesClaimRule } from './rule.ts';

/** Updates of low rank make it robust: nine tenths of it, as for the paper's network. */
export const c13: ImagesClaimRule<LowRankMeasures> = {
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
      },
    };
  },
};
