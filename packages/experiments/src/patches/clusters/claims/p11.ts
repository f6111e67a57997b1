import { type ClaimRule, withInterval } from '@advml/runs';
import type { ClustersMeasures } from '../measures.ts';
import type { ClustersSetting } from '../setting.ts';

/** Clean training on clusters is accurate. */
export const p11: ClaimRule<ClustersMeasures, ClustersSetting> = {
  id: 'P11',
  statement: 'Clean training on clusters is accurate.',
  quantity: 'clean accuracy on clusters',
  bar: '> 0.99, low end of the interval',
  find: ({ trained: { clean } }) => ({
    ...withInterval(clean),
    holds: clean.low > 0.99,
    detail: { examples: clean.trials },
  }),
};
