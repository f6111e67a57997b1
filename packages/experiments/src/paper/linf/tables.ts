import type { Table } from '@advml/runs';
import { shortNumber } from '@advml/runs';
import { maskingTables } from '../../shared/masking.ts';
import type { LinfMeasures, PerTraining } from './measures.ts';
import type { LinfSetting } from './setting.ts';
import { TRAININGS } from './stages.ts';
import { NORMS, threatIn } from './threats.ts';

/** The networks in words. */
export const TRAINED: PerTraining<string> = {
  clean: 'w, clean training',
  robust: "w', adversarial training in l2",
  linf: "w'_inf, adversarial training in linf",
};

/**
 * Robust accuracies of three networks in three norms, and what the two adversarial trainings made of the neurons.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns Two tables, and the signs of a masked gradient.
 */
export function linfTables({ robustness, features, masking }: LinfMeasures, setting: LinfSetting): readonly Table[] {
  const { data, linf } = setting;
  const attacks = NORMS.map(({ name }) => `${name}: ${robustness.linf[name].attack}`);
  const { mixtureBefore, after, betweenTrainings } = features;
  return [
    {
      name: 'linf-robustness',
      title: 'Robust accuracy across norms',
      note: `Radii at which an attack gains as much along the dense mixture as tau does in l2${linf.multiple === 1 ? '' : `, times ${shortNumber(linf.multiple)} in linf`}; gamma = ${data.margin}, ${linf.examples} fresh examples. Attacks: ${attacks.join('. ')}.`,
      columns: [
        'network',
        'clean accuracy',
        ...NORMS.map((norm) => `${norm.name}, radius ${threatIn(norm, setting).eps}`),
      ],
      rows: TRAININGS.map((training) => [
        TRAINED[training],
        robustness[training].linf.clean,
        ...NORMS.map(({ name }) => robustness[training][name].robust),
      ]),
    },
    {
      name: 'linf-purification',
      title: 'What adversarial training in l2 and in linf made of the neurons',
      note: "Cosines are with the same neuron of w. The last column is the mean |cos(w', w'_inf)|.",
      columns: ['network', 'mean mass on the dense mixture', 'share cos > 0.707', 'median cos', "with w'"],
      rows: [
        [TRAINED.clean, mixtureBefore, '', '', ''],
        [TRAINED.robust, after.robust.mixture, after.robust.purified, after.robust.medianCosine, ''],
        [TRAINED.linf, after.linf.mixture, after.linf.purified, after.linf.medianCosine, betweenTrainings],
      ],
    },
    ...maskingTables(
      'linf-masking',
      TRAININGS.flatMap((training) =>
        NORMS.map((norm) => ({
          network: TRAINED[training],
          threat: `tau = ${threatIn(norm, setting).eps} (${norm.name})`,
          found: masking?.[training][norm.name],
        })),
      ),
    ),
  ];
}
