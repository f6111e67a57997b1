import type { Summary } from '@advml/core';
import { type ComparisonSeries, comparison, histograms } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import { layerName } from '../layer-name.ts';
import type { MainSetting } from '../main-setting.ts';
import { subtitleOf } from '../subtitle.ts';
import type { LayerMeasures, LayersMeasures } from './measures.ts';

/** The middle half of a layer's neurons. */
const middleHalf = ({ median, q25, q75 }: Summary) => ({ value: median, low: q25, high: q75 });

const exactly = (value: number) => ({ value, low: value, high: value });

/**
 * Cosines of every layer beside the control's, and how they are spread.
 *
 * @param seeds - One finished seed.
 * @param setting - A complete setting.
 * @returns The figures.
 */
export function layersFigures(
  [{ seed, measures }]: readonly SeedMeasures<LayersMeasures>[],
  setting: MainSetting,
): readonly Figure[] {
  const subtitle = subtitleOf(setting, seed);
  return measures.flatMap(({ norm, layers }): Figure[] => {
    const series = (label: string, of: (layer: LayerMeasures) => ComparisonSeries['values'][number]) => ({
      label,
      values: layers.map(of),
    });
    return [
      {
        name: `layers-${norm}`,
        draw: (options) =>
          comparison(
            {
              rows: layers.map(({ name, neurons, inputs }) => ({
                group: 'layers, neurons x inputs',
                label: `${layerName(name)} (${neurons} x ${inputs})`,
              })),
              panels: [
                {
                  xLabel: 'cosine of neurons of w, median and middle half',
                  series: [
                    series("with its own w'", ({ cosine }) => middleHalf(cosine)),
                    ...(layers.some(({ control }) => control)
                      ? [
                          series(
                            "with the control's nearest w'",
                            ({ control }) => control && middleHalf(control.nearest),
                          ),
                        ]
                      : []),
                    series('with w0, mean |cos|', ({ withInit }) => exactly(withInit.clean.mean)),
                    series('random, mean |cos|', ({ withInit }) => exactly(withInit.random)),
                  ],
                },
              ],
              title: `What ${norm} adversarial training kept of every layer`,
              subtitle,
              caption:
                "If w = beta w' + v with |beta w'| > |v|, the cosine of w and w' exceeds 0.707. A control, trained in the same way from another initialization, says how near any such network comes.",
            },
            options,
          ),
      },
      {
        name: `cosines-${norm}`,
        draw: (options) =>
          histograms(
            {
              series: layers.map(({ name, cosines }) => ({ label: layerName(name), values: cosines })),
              marks: [{ value: Math.SQRT1_2, label: 'bar 0.707' }],
              xLabel: "cos(w, w')",
              countLabel: 'neurons',
              layout: 'faceted',
              title: `Cosine of neurons before and after ${norm} adversarial training`,
              subtitle,
            },
            options,
          ),
      },
    ];
  });
}
