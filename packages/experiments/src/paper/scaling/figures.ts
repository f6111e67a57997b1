import { powerLaws } from '@advml/plots';
import type { Figure } from '@advml/runs';
import { shortNumber } from '@advml/runs';
import { type Family, families, familyName } from './family.ts';
import { lawOf } from './laws.ts';
import { type Cost, costOf, labelOf, limitOf, type Target, targets, type Unit } from './measures.ts';
import type { ScalingSetting } from './setting.ts';

/** The costs of a family until a target, with the law through them; a training that did not reach it stands at its limit. */
function seriesOf(costs: readonly Cost[], family: Family, target: Target, unit: Unit) {
  const own = costs.filter((cost) => cost.family === family);
  const points = own.map((cost) => {
    const y = costOf(cost, target, unit);
    return { x: cost.dimension, y: y ?? limitOf(cost, target, unit), unreached: y === undefined };
  });
  const power = lawOf(costs, family, target, unit).fits?.power;
  if (!power) return { label: labelOf[target], points };
  const [exponent, low, high] = [power.slope, power.low, power.high].map((number) => shortNumber(number));
  const law = { exponent: power.slope, factor: Math.exp(power.intercept) };
  return { label: `${labelOf[target]}: exponent ${exponent} [${low}, ${high}]`, points, law };
}

/**
 * Steps and examples against d, on logarithmic axes, with the power laws through them.
 *
 * @param costs - Trainings of one seed or of several.
 * @param setting - The run's setting.
 * @returns Two figures.
 */
export function scalingFigures(costs: readonly Cost[], setting: ScalingSetting): readonly Figure[] {
  const { batchShare } = setting.scaling;
  return (['examples', 'steps'] as const).map((unit) => ({
    name: `scaling-${unit}`,
    draw: (options) =>
      powerLaws(
        {
          panels: families.map((family) => ({
            heading: familyName(family, setting),
            series: targets.map((target) => seriesOf(costs, family, target, unit)),
          })),
          xLabel: 'dimension d',
          yLabel: unit === 'steps' ? 'training steps' : 'training examples',
          title: `Training ${unit} until accurate and until robust, against d`,
          caption: `Each point is a training: steps of clean training until its accuracy exceeds 99%, and of adversarial training from there until the robust accuracy exceeds 90% and 99%${unit === 'steps' ? '' : ', times the examples of a step'}; a step has ${batchShare} d examples. Lines are power laws fitted to the means at each d, with the 95% interval of the exponent. A training that did not reach its bar is hollow, and its d left out of the fit. An exponential cost would bend upwards. Claim C11.`,
        },
        options,
      ),
  }));
}
