import { certifiedCurves } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import { symbolOf } from '../networks.ts';
import { subtitleOf } from '../subtitle.ts';
import { type CertificationMeasures, provedOf } from './measures.ts';
import type { CertificationSetting } from './setting.ts';

/**
 * Certified and attacked accuracy against the radius, norm by norm.
 *
 * @param seeds - One finished seed.
 * @param setting - A complete setting.
 * @returns A figure a norm in which something was measured.
 */
export function certificationFigures(
  [{ seed, measures }]: readonly SeedMeasures<CertificationMeasures>[],
  setting: CertificationSetting,
): readonly Figure[] {
  return setting.threats.flatMap(({ norm }): readonly Figure[] => {
    const series = provedOf(measures)
      .filter((one) => one.norm === norm)
      .map(({ network, points }) => ({
        label: symbolOf(network),
        points: points.map(({ eps, accuracy, certified, exact }) => ({
          eps,
          accuracy: accuracy.value,
          low: accuracy.low,
          high: accuracy.high,
          certified,
          exact,
        })),
      }));
    if (series.length === 0) return [];
    return [
      {
        name: `certified-${norm}`,
        draw: (options) =>
          certifiedCurves(
            {
              series,
              norm,
              title: `What is proved and what attacks left in ${norm}`,
              subtitle: subtitleOf(setting, seed),
              caption: `Share of ${setting.certificates.examples} test images that no perturbation of a given size can make wrong, by proof (below: CROWN) and by attack (above: the probe); robust accuracy lies between (95% intervals). Radii are small beside those of training.`,
            },
            options,
          ),
      },
    ];
  });
}
