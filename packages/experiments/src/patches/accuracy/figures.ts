import { robustnessCurves } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import { overSeeds } from '../../shared/curve.ts';
import type { MainSetting } from '../main-setting.ts';
import { symbols, trainedNetworks } from '../networks.ts';
import { subtitleOf } from '../subtitle.ts';
import type { AccuracyMeasures } from './measures.ts';

/**
 * Robust accuracy against the radius.
 *
 * @param seeds - Finished seeds, at least one.
 * @param setting - A complete setting.
 * @returns The figure.
 */
export async function accuracyFigures(
  seeds: readonly SeedMeasures<AccuracyMeasures>[],
  setting: MainSetting,
): Promise<readonly Figure[]> {
  const series = trainedNetworks.map((network) => ({
    label: symbols[network],
    points: overSeeds(seeds.map(({ measures }) => measures[network].curve)),
  }));
  return [
    {
      name: 'robustness',
      draw: (options) =>
        robustnessCurves(
          {
            series,
            norm: 'l2',
            tau: setting.eps,
            title: 'Robust accuracy against the size of the attack',
            subtitle: subtitleOf(setting, seeds),
            caption: `Share of ${setting.evaluation.curveExamples} fresh examples that stay correctly classified when an attacker may move them by a given distance, with 95% intervals, over seeds where there are several.`,
          },
          options,
        ),
    },
  ];
}
