import { clopperPearson, type LinearFit, meanInterval, type Proportion } from '@advml/metrics';
import type { Cell, Table } from '@advml/runs';
import { signsCell, signsNote } from '../../shared/masking.ts';
import { families, familyName } from './family.ts';
import { lawOf } from './laws.ts';
import { type Cost, costOf, labelOf, type Target, targets, type Unit } from './measures.ts';
import type { ScalingSetting } from './setting.ts';

/** The geometric mean over repeats, as the fits take it, with its interval where there are several. */
function meanOf(values: readonly number[]): Cell {
  if (values.length === 1) return values[0];
  const ends = meanInterval(values.map(Math.log));
  const [value, low, high] = [ends.mean, ends.low, ends.high].map((log) => Number(Math.exp(log).toPrecision(6)));
  return { value, low, high };
}

/** The share of all examples of all repeats. */
function pooled(shares: readonly Proportion[]): Proportion {
  const total = (of: 'successes' | 'trials') => shares.reduce((sum, share) => sum + share[of], 0);
  return clopperPearson(total('successes'), total('trials'));
}

const exponentCell = ({ slope, low, high }: LinearFit): Cell => ({ value: slope, low, high });

/** The mean cost of the trainings at one d, or words where one did not reach the target. */
function costCell(costs: readonly Cost[], target: Target, unit: Unit): Cell {
  const reached = costs.map((cost) => costOf(cost, target, unit)).filter((cost) => cost !== undefined);
  const missing = costs.length - reached.length;
  if (missing === 0) return meanOf(reached);
  const limit = Math.max(...costs.map((cost) => cost.limit[target]));
  const diverged = target === 'clean99' ? 0 : costs.filter((cost) => cost.diverged !== undefined).length;
  return `not reached within ${limit} steps by ${missing} of ${costs.length}${diverged > 0 ? `, ${diverged} of which diverged` : ''}`;
}

/**
 * What training cost, dimension by dimension, and the laws through these costs.
 *
 * @param costs - What a run measured.
 * @param setting - Its setting.
 * @returns Two tables.
 */
export function scalingTables(costs: readonly Cost[], setting: ScalingSetting): readonly Table[] {
  const dimensions = setting.scaling.dimensions.toSorted((a, b) => a - b);
  const groups = families.flatMap((family) =>
    dimensions.map((d) => costs.filter((cost) => cost.family === family && cost.dimension === d)),
  );
  const costRow = (own: readonly Cost[]): Cell[] => {
    const [{ family, dimension, active, tau, batch }] = own;
    const ended = own.filter(({ diverged }) => diverged === undefined);
    return [
      ...[familyName(family, setting), dimension, active, tau, batch],
      ...targets.map((target) => costCell(own, target, 'steps')),
      ...targets.map((target) => costCell(own, target, 'examples')),
      pooled(own.map(({ robustBefore }) => robustBefore)),
      ended.length > 0 ? pooled(ended.map(({ robustAfter }) => robustAfter)) : 'diverged',
      signsCell(...own.map(({ masking }) => masking?.before)),
      signsCell(...ended.map(({ masking }) => masking?.after)),
    ];
  };
  const laws = families.flatMap((family) =>
    targets.flatMap((target) =>
      (['steps', 'examples'] as const).map((unit): Cell[] => {
        const { fits, unreached, withLimits } = lawOf(costs, family, target, unit);
        return [
          ...[familyName(family, setting), `${unit} until ${labelOf[target]}`],
          fits ? exponentCell(fits.power) : 'too few d',
          withLimits ? exponentCell(withLimits) : '',
          fits?.power.deviation ?? '',
          fits?.exponential.deviation ?? '',
          unreached.length > 0 ? unreached.join(', ') : 'none',
        ];
      }),
    ),
  );
  return [
    {
      name: 'scaling',
      title: 'Steps and examples until accurate and until robust, against d',
      note: noteOf(costs, setting),
      columns: [
        ...['family', 'd', 'k', 'tau', 'examples a step'],
        ...(['steps', 'examples'] as const).flatMap((unit) =>
          targets.map((target) => `${unit} until ${labelOf[target]}`),
        ),
        ...['robust accuracy before adversarial training', 'robust accuracy at the end'],
        ...['signs of a masked gradient before', 'signs of a masked gradient at the end'],
      ],
      rows: groups.map(costRow),
    },
    {
      name: 'scaling-laws',
      title: 'Exponents of d',
      note: 'Least squares of ln cost against ln d, one point a d (the mean of ln cost over its trainings), with the 95% interval of the exponent (Student). Deviation is that of ln cost about the line; the last but one column has it for a line against d itself, as an exponential cost would give. A d at which some training did not reach the bar is left out of the fit; the column beside it has the exponent where such a training counts as what it was given, which is less than it costs.',
      columns: [
        'family',
        'cost',
        'exponent',
        'with limits in place of costs',
        'deviation',
        'deviation, exponential law',
        'd not reached',
      ],
      rows: laws,
    },
  ];
}

function noteOf([{ attack, masking }]: readonly Cost[], { scaling, clean, data }: ScalingSetting): string {
  const { examples, cleanEvery, robustEvery, attackSteps, confirmSteps } = scaling;
  return `Clean accuracy is reached in clean training, which always takes ${clean.steps} steps; robust accuracy in adversarial training, whose steps are counted from there. Measured every ${cleanEvery} and ${robustEvery} steps (a twentieth of the steps made, if that is more) on ${examples} fresh examples, gamma = ${data.margin}, robust accuracy on the mean of the weights over the last steps, by ${attackSteps} PGD steps and confirmed by ${confirmSteps}; attack: ${attack}. Costs are geometric means with intervals over trainings (Student), accuracies those of all their examples (Clopper-Pearson).${signsNote([masking?.after])}`;
}
