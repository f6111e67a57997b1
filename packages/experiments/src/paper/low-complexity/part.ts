import { keptMeasure, keptWeights, measureStage, owning } from '@advml/runs';
import { c10 } from '../claims/c10.ts';
import type { Part } from '../part.ts';
import { madeBy } from '../training-stages.ts';
import { curvesOfModels } from './figure.ts';
import { type LowComplexityMeasures, type LowComplexityResult, measureModel, measureNetwork } from './measure.ts';
import { lowComplexityModels } from './models.ts';

const NETWORK = 'low-complexity/network';

const stageOf = (name: string) => `low-complexity/${name}`;

/** Which attack gave the numbers of which models. */
function attacksOf(results: readonly LowComplexityResult[]): string {
  const attacks = [...new Set(results.map(({ attack }) => attack))];
  const models = (attack: string) =>
    new Set(results.filter((result) => result.attack === attack).map(({ model }) => model));
  return attacks.map((attack) => `Attack on ${[...models(attack)].join('; ')}: ${attack}.`).join(' ');
}

/** Claim C10: a stage for each model, which depend on nothing, and one for the network beside them. */
export const lowComplexity: Part<LowComplexityMeasures> = {
  name: 'low-complexity',
  claims: [c10],
  stages: (world, setting) => [
    ...lowComplexityModels(setting).map((model) =>
      measureStage(stageOf(model.name), [], ({ signal }, onProgress) =>
        measureModel(world(), model, { onProgress, signal }),
      ),
    ),
    measureStage(NETWORK, [madeBy.clean, madeBy.robust], ({ store, signal }, onProgress) =>
      owning(async (own) => {
        const weights = {
          clean: own(await keptWeights(store, 'clean')),
          adversarial: own(await keptWeights(store, 'robust')),
        };
        return measureNetwork(world(), weights, { onProgress, signal });
      }),
    ),
  ],
  measures: async (store, setting) => {
    const models: LowComplexityResult[] = [];
    for (const { name } of lowComplexityModels(setting))
      models.push(...(await keptMeasure<LowComplexityResult[]>(store, stageOf(name))));
    return { models, network: await keptMeasure(store, NETWORK) };
  },
  tables: ({ models, network }, { tau, data, lowComplexity: { cleanSteps, adversarialSteps, batch, rates } }) => [
    {
      name: 'low-complexity',
      title: 'Models of low complexity, trained cleanly and then adversarially',
      note: `Robust accuracy at tau = ${tau} (l2), gamma = ${data.margin}; the radius withstood is that up to which 90% of the examples stay correct. The models are trained by Adam on ${batch} fresh examples a step, ${cleanSteps} steps cleanly, then ${adversarialSteps} steps on what one-step FGM at tau makes of them, each at the best of ${rates.length} rates; the network as in the rest of the run. ${attacksOf([...models, ...network])}`,
      columns: ['model', 'training', 'rate', 'clean accuracy', 'robust accuracy', 'radius withstood'],
      rows: [...models, ...network].map(({ model, training, rate, clean, robust, radius }) => [
        model,
        training,
        rate === undefined ? '' : String(Number(rate.toPrecision(3))),
        clean,
        robust,
        radius,
      ]),
    },
  ],
  figures: async (seeds, setting) => [
    curvesOfModels(
      seeds.map(({ measures }) => measures),
      setting,
    ),
  ],
};
