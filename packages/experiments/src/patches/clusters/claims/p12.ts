import { type ClaimRule, withInterval } from '@advml/runs';
import type { ClustersMeasures } from '../measures.ts';
import type { ClustersSetting } from '../setting.ts';

/** One perturbation of the order of sqrt(d / k) makes nearly all examples wrong. */
export const p12: ClaimRule<ClustersMeasures, ClustersSetting> = {
  id: 'P12',
  statement:
    'One perturbation against the label, of the order of sqrt(d / k) and far below the distance of the clusters, makes the trained network wrong nearly always.',
  quantity: 'accuracy on clusters after a perturbation along the sum of the means times their labels',
  bar: '< 0.05, high end of the interval, at a quarter of the distance of two means or less',
  find: ({ trained: { universal }, size, distance }, { clusters: { multiple } }) => ({
    ...withInterval(universal),
    holds: universal.high < 0.05 && size <= 0.25 * distance,
    attack: `${multiple} sqrt(d / k) along the sum of the means`,
    threat: `size = ${size.toFixed(2)} (l2)`,
    detail: { examples: universal.trials, size, distance, shareOfDistance: size / distance },
  }),
};
