import { robustnessCurves } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import { overSeeds } from '../../shared/curve.ts';
import type { LowComplexityMeasures, LowComplexityResult } from './measures.ts';
import type { LowComplexitySetting } from './setting.ts';

/**
 * Robust accuracy against the radius: every model of low complexity after adversarial training, or as it is where nothing is
 * trained, beside w'.
 *
 * @param seeds - Finished seeds, at least one.
 * @param setting - A complete setting.
 * @returns One figure.
 */
export function lowComplexityFigures(
  seeds: readonly SeedMeasures<LowComplexityMeasures>[],
  setting: LowComplexitySetting,
): readonly Figure[] {
  const { tau, lowComplexity } = setting;
  const shown = ({ models, network }: LowComplexityMeasures): readonly LowComplexityResult[] =>
    [...models, ...network].filter(({ training }) => training !== 'clean');
  const perSeed = seeds.map(({ measures }) => shown(measures));
  const series = perSeed[0].map(({ model }, at) => ({
    label: model,
    points: overSeeds(perSeed.map((results) => results[at].curve)),
  }));
  return [
    {
      name: 'low-complexity',
      draw: (options) =>
        robustnessCurves(
          {
            series,
            norm: 'l2',
            tau,
            title: 'Adversarially trained models of low complexity, and the network',
            subtitle: `d = ${setting.data.dimension}, ${seeds.length === 1 ? 'one seed' : `mean of ${seeds.length} seeds`}`,
            caption: `Share of examples that stay correctly classified when an attacker may move the input by a given distance, after adversarial training at tau (${lowComplexity.curveExamples} fresh examples${seeds.length > 1 ? ' a seed' : ''}, 95% intervals). A model that always says the same class is right on half of them at any distance. Claim C10 is read off at tau.`,
          },
          options,
        ),
    },
  ];
}
