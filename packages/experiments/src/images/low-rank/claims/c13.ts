import { type ClaimRule, withInterval } from '@advml/runs';
import { isNeeded, LOW, leastRank, MOST, recovered, recoveredByRank } from '../../../shared/low-rank.ts';
import { signsDetail } from '../../../shared/masking.ts';
import type { AtShare, LowRankMeasures } from '../measures.ts';
import { rankOf } from '../ranks.ts';
import type { LowRankSetting } from '../setting.ts';

const robustByShare = (networks: readonly AtShare[]) =>
  Object.fromEntries(networks.map(({ share, robust }) => [share, robust.value]));

/** Updates of low rank make it robust: nine tenths of it at a quarter of the rank, as for the paper's network. */
export const c13: ClaimRule<LowRankMeasures, LowRankSetting> = {
  id: 'C13',
  statement: 'Adversarial training restricted to updates of low rank recovers most of the robust accuracy.',
  quantity: `robust accuracy for the largest rank trained of at most ${LOW} of the full one, over that of training all weights for as many steps, on the same images`,
  bar: `> ${MOST} at the low end of its interval, at ranks of at most ${LOW} of the full ones, where w alone has less`,
  find: ({ trained, whole, without, full, layers, truncated }) => {
    const largestOf = (share: number) => Math.max(...layers.map(({ side }) => rankOf(share, side) / side));
    const curve = trained.map((network) => ({
      network,
      of: largestOf(network.share), // in the narrowest layer, which has a rank of at least 1
      ...recovered(network, full),
    }));
    const { network: largest, ...share } = curve.filter(({ of }) => of <= LOW).at(-1) ?? curve[0];
    return {
      ...withInterval(share),
      holds: share.of <= LOW && share.low > MOST && isNeeded(without, full),
      attack: largest.attack,
      detail: {
        rankOverFull: share.of,
        leastRankOverFull: leastRank(curve),
        examples: largest.robust.trials,
        cleanAccuracy: largest.clean.value,
        robustOfW: without.robust.value,
        robustOfWPrime: whole.robust.value,
        robustOfFullTraining: full.robust.value,
        recoveredByShare: recoveredByRank(curve.map((at) => ({ ...at, of: at.network.share }))),
        robustByShare: robustByShare(trained),
        robustByShareOfTruncatedUpdate: robustByShare(truncated),
        effectiveRankOverFull: Object.fromEntries(
          layers.map(({ name, effectiveRank, side }) => [name, effectiveRank / side]),
        ),
        ...signsDetail({ trained: largest.masking, fullTraining: full.masking }),
      },
    };
  },
};
