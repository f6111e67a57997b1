import { type ClaimRule, withInterval } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import type { ClustersMeasures } from '../measures.ts';
import type { ClustersSetting } from '../setting.ts';

/** A robust network of the same kind exists. */
export const p13: ClaimRule<ClustersMeasures, ClustersSetting> = {
  id: 'P13',
  statement: 'A network of the same kind exists that withstands every perturbation of that size.',
  quantity: 'certified accuracy on clusters of the network made by hand',
  bar: '> 0.99, low end of the interval',
  find: ({ byHand: { certified, certifier, robust, clean, attack, masking }, size }) => ({
    ...withInterval(certified),
    holds: certified.low > 0.99,
    attack,
    certifier,
    threat: `size = ${size.toFixed(2)} (l2)`,
    detail: {
      examples: certified.trials,
      cleanAccuracy: clean.value,
      notBroken: robust.value,
      ...signsDetail({ byHand: masking }),
    },
  }),
};
