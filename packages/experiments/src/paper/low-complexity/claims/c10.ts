import type { ClaimRule } from '@advml/runs';
import { withInterval } from '@advml/runs';
import { signsDetail } from '../../../shared/masking.ts';
import type { LowComplexityMeasures } from '../measures.ts';
import type { LowComplexitySetting } from '../setting.ts';

/** Chance: what a model that always says the same class withstands, at any radius. */
const CHANCE = 0.5;

/**
 * Low complexity cannot be robust.
 *
 * The theorem bounds what a model of such a kind can withstand by chance, whatever found its parameters; so every model counts,
 * however accurate it is without attack, and the untrained one too.
 */
export const c10: ClaimRule<LowComplexityMeasures, LowComplexitySetting> = {
  id: 'C10',
  statement:
    'Low complexity cannot be robust: linear classifiers, polynomials of low degree, random features and the tangent model of the same network do no better than chance at the same radius, whatever found their parameters.',
  quantity: 'largest robust accuracy of a model of low complexity',
  bar: '<= 0.5 (chance) or not significantly above, for every model and training',
  find: ({ models, network }) => {
    const most = models.reduce((best, result) => (result.robust.value > best.robust.value ? result : best));
    const trained = models.filter(({ training }) => training !== 'none').map(({ robust }) => robust.value);
    const named = (results: typeof models) =>
      Object.fromEntries(results.map(({ model, training, robust }) => [`${model}, ${training}`, robust.value]));
    return {
      ...withInterval(most.robust),
      holds: models.every(({ robust }) => robust.low <= CHANCE),
      attack: most.attack,
      detail: {
        model: `${most.model}, ${most.training}`,
        largestOfTrained: Math.max(...trained),
        aboveChance: models
          .filter(({ robust }) => robust.low > CHANCE)
          .map(({ model, training }) => `${model}, ${training}`),
        robust: named(models),
        clean: Object.fromEntries(models.map(({ model, training, clean }) => [`${model}, ${training}`, clean.value])),
        network: named(network),
        ...signsDetail(
          Object.fromEntries(
            [...models, ...network].map(({ model, training, masking }) => [`${model}, ${training}`, masking]),
          ),
        ),
      },
    };
  },
};
