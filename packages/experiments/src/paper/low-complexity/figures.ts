import { curves, robustnessCurves } from '@advml/plots';
import { type Figure, type SeedMeasures, tableOverSeeds } from '@advml/runs';
import { overSeeds } from '../../shared/curve.ts';
import { tablePoints } from '../../shared/table-points.ts';
import type { LowComplexityMeasures, LowComplexityResult } from './measures.ts';
import type { LowComplexitySetting } from './setting.ts';
import { lowComplexityTables } from './tables.ts';
import { multiplesOf, toldModels } from './told.ts';

/**
 * Robust accuracy against the radius: every model of low complexity after adversarial training, beside w'; and that of models which
 * are told the features against k.
 *
 * @param seeds - Finished seeds, at least one.
 * @param setting - A complete setting.
 * @returns Two figures, the second where several k are measured.
 */
export function lowComplexityFigures(
  seeds: readonly SeedMeasures<LowComplexityMeasures>[],
  setting: LowComplexitySetting,
): readonly Figure[] {
  const { tau, lowComplexity } = setting;
  const shown = ({ models, network }: LowComplexityMeasures): readonly LowComplexityResult[] =>
    [...models, ...network].filter(({ training }) => training === 'adversarial');
  const perSeed = seeds.map(({ measures }) => shown(measures));
  const series = perSeed[0].map(({ model }, at) => ({
    label: model,
    points: overSeeds(perSeed.map((results) => results[at].curve)),
  }));
  const about = seeds.length === 1 ? 'one seed' : `mean of ${seeds.length} seeds`;
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
            subtitle: `d = ${setting.data.dimension}, ${about}`,
            caption: `Share of examples that stay correctly classified when an attacker may move the input by a given distance, after adversarial training at tau (${lowComplexity.curveExamples} fresh examples${seeds.length > 1 ? ' a seed' : ''}, 95% intervals). A model that always says the same class is right on half of them at any distance. Claim C10 is read off at tau.`,
          },
          options,
        ),
    },
    ...toldFigure(seeds, setting, about),
  ];
}

function toldFigure(
  seeds: readonly SeedMeasures<LowComplexityMeasures>[],
  setting: LowComplexitySetting,
  about: string,
): readonly Figure[] {
  if (multiplesOf(setting).length < 2) return [];
  const tables = seeds.map(({ measures }) => lowComplexityTables(measures, setting)[1]);
  const table = tables.length === 1 ? tables[0] : tableOverSeeds(tables);
  const { dimension, active } = setting.data;
  return [
    {
      name: 'low-complexity-told',
      draw: (options) =>
        curves(
          {
            series: toldModels.flatMap((model) =>
              (['robust accuracy', 'clean accuracy'] as const).map((column) => ({
                label: `${model}: ${column}`,
                points: tablePoints(table, model, 'k', column),
              })),
            ),
            xLabel: 'k (log scale)',
            yLabel: 'accuracy (%)',
            xScale: 'log',
            yScale: 'percent',
            title: 'Models that are told the features, as k grows',
            subtitle: `d / k = ${dimension / active}, ${about}`,
            caption: `Bands are 95% intervals. ${table.note}`,
          },
          options,
        ),
    },
  ];
}
