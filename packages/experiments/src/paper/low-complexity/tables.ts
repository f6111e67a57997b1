import type { Table } from '@advml/runs';
import { SIGNS, signsCell, signsNote } from '../../shared/masking.ts';
import type { LowComplexityMeasures, LowComplexityResult } from './measures.ts';
import type { LowComplexitySetting } from './setting.ts';

/** Which attack gave the numbers of which models. */
function attacksOf(results: readonly LowComplexityResult[]): string {
  const attacks = [...new Set(results.map(({ attack }) => attack))];
  const models = (attack: string) =>
    new Set(results.filter((result) => result.attack === attack).map(({ model }) => model));
  return attacks.map((attack) => `Attack on ${[...models(attack)].join('; ')}: ${attack}.`).join(' ');
}

/**
 * The models and the network, each after every training.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns One table.
 */
export function lowComplexityTables(
  { models, network }: LowComplexityMeasures,
  { tau, data, lowComplexity: { cleanSteps, adversarialSteps, batch, rates } }: LowComplexitySetting,
): readonly Table[] {
  return [
    {
      name: 'low-complexity',
      title: 'Models of low complexity, trained cleanly and then adversarially',
      note: `Robust accuracy at tau = ${tau} (l2), gamma = ${data.margin}; the radius withstood is that up to which 90% of the examples stay correct. The models are trained by Adam on ${batch} fresh examples a step, ${cleanSteps} steps cleanly, then ${adversarialSteps} steps on what one-step FGM at tau makes of them, each at the best of ${rates.length} rates; the network as in the rest of the run. ${attacksOf([...models, ...network])}${signsNote([...models, ...network].map(({ masking }) => masking))}`,
      columns: ['model', 'training', 'rate', 'clean accuracy', 'robust accuracy', SIGNS, 'radius withstood'],
      rows: [...models, ...network].map(({ model, training, rate, clean, robust, masking, radius }) => [
        model,
        training,
        rate === undefined ? '' : String(Number(rate.toPrecision(3))),
        clean,
        robust,
        signsCell(masking),
        radius,
      ]),
    },
  ];
}
