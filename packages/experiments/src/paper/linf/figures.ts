import type { StrictNorm } from '@advml/core';
import { robustnessCurves } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import { overSeeds } from '../../shared/curve.ts';
import type { LinfMeasures } from './measures.ts';
import type { LinfSetting } from './setting.ts';
import { TRAININGS } from './stages.ts';
import { TRAINED } from './tables.ts';
import { NORMS, threatIn } from './threats.ts';

function curvesIn(norm: StrictNorm, seeds: readonly SeedMeasures<LinfMeasures>[], setting: LinfSetting): Figure {
  const { data, network, linf } = setting;
  const { eps } = threatIn(norm, setting);
  const of = (training: (typeof TRAININGS)[number]) =>
    seeds.map(({ measures }) => measures.curves[training][norm.name]);
  const seedText = seeds.length === 1 ? `seed ${seeds[0].seed}` : `${seeds.length} seeds`;
  return {
    name: `linf-curves-${norm.name}`,
    draw: (options) =>
      robustnessCurves(
        {
          series: TRAININGS.map((training) => ({
            label: TRAINED[training],
            points: overSeeds(of(training).map(({ points }) => points)),
          })),
          norm: norm.name,
          tau: eps,
          title: `Robust accuracy in ${norm.name} after training in l2 and in linf`,
          subtitle: `d ${data.dimension}, m ${network.neurons}, k ${data.active}, gamma ${data.margin}, ${seedText}`,
          caption: `The mark is the radius at which an attack gains as much along the dense mixture as in the other norms (${linf.curveExamples} fresh examples a seed, 95% intervals; attack: ${of('linf')[0].attack}). Claim C12.`,
        },
        options,
      ),
  };
}

/**
 * Robust accuracy against the radius, a picture for each norm.
 *
 * @param seeds - Finished seeds.
 * @param setting - Their setting.
 * @returns The figures.
 */
export function linfFigures(seeds: readonly SeedMeasures<LinfMeasures>[], setting: LinfSetting): readonly Figure[] {
  return NORMS.map((norm) => curvesIn(norm, seeds, setting));
}
