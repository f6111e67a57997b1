import type { Cell, Table } from '@advml/runs';
import type { Accuracies } from '../../shared/accuracies.ts';
import { SIGNS, signsCell, signsNote } from '../../shared/masking.ts';
import type { FrozenMeasures } from './measures.ts';
import type { FrozenSetting } from './setting.ts';

/**
 * What the features of w withstand when the layer behind them is trained adversarially.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns One table; none for a run of an earlier version.
 */
export function frozenTables(measures: FrozenMeasures, { threats, frozen }: FrozenSetting): readonly Table[] {
  if (!measures) return [];
  const [{ norm, eps }] = threats;
  const row = (network: string, { clean, robust, masking }: Accuracies): Cell[] => [
    ...[network, clean, robust],
    signsCell(masking),
  ];
  return [
    {
      name: 'frozen',
      title: 'The features of w under a last layer that was trained adversarially',
      note: `If the features of w were robust and only used badly, adversarial training of the last layer alone (${frozen.epochs} passes from w, all else held fast) would make the network robust. ${norm} ${eps}, ${frozen.examples} test images, attack: ${measures.whole.attack}.${signsNote(Object.values(measures).map(({ masking }) => masking))}`,
      columns: ['network', 'clean accuracy', 'robust accuracy', SIGNS],
      rows: [
        row('w', measures.without),
        row('features of w, last layer trained adversarially', measures.frozen),
        row("w'", measures.whole),
      ],
    },
  ];
}
