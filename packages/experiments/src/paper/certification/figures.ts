import { certifiedCurves } from '@advml/plots';
import { type Figure, type SeedMeasures, shortNumber } from '@advml/runs';
import type { MainSetting } from '../main-setting.ts';
import type { CertificationMeasures } from './measures.ts';

/**
 * Certified and attacked accuracy of w' against the radius, for a run of one seed.
 *
 * @param seeds - Finished seeds.
 * @param setting - A complete setting.
 * @returns One figure, or none for several seeds.
 */
export function certificationFigures(
  seeds: readonly SeedMeasures<CertificationMeasures>[],
  { data, network, tau, evaluation }: MainSetting,
): readonly Figure[] {
  if (seeds.length > 1) return [];
  const [{ seed, measures }] = seeds;
  const { clean, robust } = measures.certified;
  const points = robust.curve.map(({ eps, certified }, at) => {
    const attacked = measures.attacked[at];
    const isExact = certified.value === attacked.accuracy;
    return { ...attacked, eps, certified, exact: isExact ? certified : null };
  });
  return [
    {
      name: 'certified',
      draw: (options) =>
        certifiedCurves(
          {
            series: [{ label: "w', adversarial training", points }],
            norm: 'l2',
            tau,
            title: 'What is proved and what attacks left',
            subtitle: `d ${data.dimension}, m ${network.neurons}, k ${data.active}, gamma ${data.margin}, tau ${tau} (l2), seed ${seed}`,
            caption: `Share of examples of the adversarially trained network that no perturbation of a given size can make wrong, by proof (below) and by attack (above): robust accuracy lies between (${evaluation.curveExamples} fresh examples, 95% intervals; the proof is the joint bound). Of the clean-trained network ${shortNumber(100 * clean.certified.value)}% is proved at tau (claim C18).`,
          },
          options,
        ),
    },
  ];
}
