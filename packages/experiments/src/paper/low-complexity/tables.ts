import type { Table } from '@advml/runs';
import { SIGNS, signsCell, signsNote } from '../../shared/masking.ts';
import type { LowComplexityMeasures, LowComplexityResult, ToldResult } from './measures.ts';
import type { LowComplexitySetting } from './setting.ts';

/** Which attack gave the numbers of which models. */
function attacksOf(results: readonly (LowComplexityResult | ToldResult)[]): string {
  const attacks = [...new Set(results.map(({ attack }) => attack))];
  const models = (attack: string) =>
    new Set(results.filter((result) => result.attack === attack).map(({ model }) => model));
  return attacks.map((attack) => `Attack on ${[...models(attack)].join('; ')}: ${attack}.`).join(' ');
}

/**
 * The models and the network, each after every training; and the models that are told the features, as k grows.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns Two tables.
 */
export function lowComplexityTables(
  { models, told, network }: LowComplexityMeasures,
  { tau, data, lowComplexity: { cleanSteps, adversarialSteps, batch, rates, examples } }: LowComplexitySetting,
): readonly Table[] {
  return [
    {
      name: 'low-complexity',
      title: 'Models of low complexity, trained cleanly and then adversarially',
      note: `Robust accuracy at tau = ${tau} (l2), gamma = ${data.margin}, ${examples} examples; the radius withstood is that up to which 90% of the examples stay correct. The models are trained by Adam on ${batch} fresh examples a step, ${cleanSteps} steps cleanly, then ${adversarialSteps} steps on what one-step FGM at tau makes of them, each at the best of ${rates.length} rates; the network as in the rest of the run. ${attacksOf([...models, ...network])}${signsNote([...models, ...network].map(({ masking }) => masking))}`,
      columns: ['model', 'training', 'rate', 'clean accuracy', 'robust accuracy', SIGNS, 'radius withstood'],
      rows: [...models, ...network].map(({ model, training, rate, clean, robust, masking, radius }) => [
        model,
        training,
        String(Number(rate.toPrecision(3))),
        clean,
        robust,
        signsCell(masking),
        radius,
      ]),
    },
    {
      name: 'low-complexity-told',
      title: 'Models that are told the features, as k grows',
      note: `Nobody trains these models: in one the features vote, sum_j w*_j <M_j, x>, in the other their cubes. d/k stays, and tau is the same share of a feature's size, 1/sqrt(k); gamma = ${data.margin}, ${data.strongRate} strong coordinates of size 1 in the mean. ${attacksOf(told)}${signsNote(told.map(({ masking }) => masking))}`,
      columns: ['model', 'k', 'd', 'tau', 'clean accuracy', 'robust accuracy', SIGNS, 'radius withstood'],
      rows: told.map(({ model, active, dimension, tau: radius, clean, robust, masking, radius: withstood }) => [
        ...[model, active, dimension, radius, clean, robust],
        signsCell(masking),
        withstood,
      ]),
    },
  ];
}
