import { type CurveSeries, curves } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import type { Accuracies } from '../../shared/accuracies.ts';
import { type ComparedAccuracies, recovered } from '../../shared/low-rank.ts';
import { recoveredCurves } from '../../shared/recovered-curves.ts';
import { layerName } from '../layer-name.ts';
import { subtitleOf } from '../subtitle.ts';
import type { AtShare, LowRankMeasures } from './measures.ts';
import type { LowRankSetting } from './setting.ts';
import { KINDS } from './tables.ts';

/**
 * Robust accuracy against rank, the share of it that is recovered, and the singular values of the update in every layer.
 *
 * @param seeds - One finished seed.
 * @param setting - A complete setting.
 * @returns Three figures.
 */
export function lowRankFigures(
  [{ seed, measures }]: readonly SeedMeasures<LowRankMeasures>[],
  setting: LowRankSetting,
): readonly Figure[] {
  const subtitle = subtitleOf(setting, seed);
  const { trained, truncated, full, whole, layers } = measures;
  const point = (x: number, { robust: { value, low, high } }: Accuracies) => ({ x, y: value, low, high });
  const ranked = (networks: readonly AtShare[]) => networks.map((at) => point(at.share, at));
  const shares = [...trained, ...truncated].map(({ share }) => share);
  const recoveredBy = (networks: readonly AtShare[], of: ComparedAccuracies): CurveSeries['points'] =>
    networks.map((at) => {
      const { value, low, high } = recovered(at, of);
      return { x: at.share, y: value, low, high };
    });
  const level = (network: Accuracies) =>
    [...new Set([Math.min(...shares), Math.max(...shares)])].map((x) => point(x, network));
  return [
    {
      name: 'low-rank',
      draw: (options) =>
        curves(
          {
            series: [
              { label: KINDS.trained, points: ranked(trained) },
              { label: KINDS.truncated, points: ranked(truncated) },
              { label: 'all weights, as many steps', points: level(full) },
              { label: "w'", points: level(whole) },
            ],
            xLabel: 'rank of the update over the full one, in every layer (log scale)',
            yLabel: 'robust accuracy (%)',
            xScale: 'log',
            yScale: 'percent',
            title: 'What updates of low rank withstand',
            subtitle,
            caption: `Robust accuracy of w with an update added to every layer, against its rank; bands are 95% intervals. Attack: ${whole.attack}.`,
          },
          options,
        ),
    },
    {
      name: 'low-rank-recovered',
      draw: (options) =>
        curves(
          recoveredCurves(
            [
              { label: KINDS.trained, points: recoveredBy(trained, full) },
              { label: KINDS.truncated, points: recoveredBy(truncated, whole) },
            ],
            subtitle,
            `For first terms it is the share of that of w'. Attack: ${whole.attack}.`,
          ),
          options,
        ),
    },
    {
      name: 'spectra',
      draw: (options) =>
        curves(
          {
            series: layers.map(({ name, values }): CurveSeries => {
              const points = values.flatMap((value, at) =>
                value > 1e-6 * values[0] ? [{ x: at + 1, y: value / values[0] }] : [],
              );
              return { label: layerName(name), points };
            }),
            xLabel: 'number, largest first (log scale)',
            yLabel: 'singular value over the largest (log scale)',
            xScale: 'log',
            yScale: 'log',
            title: "Singular values of the update w' - w in every layer",
            subtitle,
            caption: 'A matrix of low rank would fall to nothing after a few.',
          },
          options,
        ),
    },
  ];
}
