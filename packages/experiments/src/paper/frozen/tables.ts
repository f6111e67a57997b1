import type { Cell, Table } from '@advml/runs';
import { SIGNS, signsCell, signsNote } from '../../shared/masking.ts';
import type { LowComplexitySetting } from '../low-complexity/setting.ts';
import type { FrozenMeasures, FrozenResult } from './measures.ts';

/** Where a quantity is not defined for a network. */
const NONE = '–';

/**
 * What the neurons of w withstand when the weights behind them are trained adversarially.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns One table.
 */
export function frozenTables(
  { without, frozen, whole }: FrozenMeasures,
  { tau, data, lowComplexity }: LowComplexitySetting,
): readonly Table[] {
  const row = (network: string, { clean, robust, negative, radius, masking }: FrozenResult): Cell[] => [
    ...[network, clean, robust],
    ...[radius, negative ?? NONE, signsCell(masking)],
  ];
  return [
    {
      name: 'frozen',
      title: 'The neurons of w under output weights that were trained adversarially',
      note: `If the features of w were robust and only used badly, output weights trained on attacked inputs (one for each rectifier, from those of w, ${lowComplexity.adversarialSteps} steps of Adam at the best of ${lowComplexity.rates.length} rates, the neurons held fast) would make the network robust. Turned: share of them that change sign. tau = ${tau} (l2), gamma = ${data.margin}, ${lowComplexity.examples} fresh examples, attack: ${frozen.attack}.${signsNote([whole.masking])}`,
      columns: ['network', 'clean accuracy', 'robust accuracy', 'radius that 90% withstand', 'turned', SIGNS],
      rows: [row('w', without), row('neurons of w, output weights trained adversarially', frozen), row("w'", whole)],
    },
  ];
}
