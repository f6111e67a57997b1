import type { Cell, Table } from '@advml/runs';
import type { Accuracies } from '../../shared/accuracies.ts';
import { SIGNS, signsCell, signsNote } from '../../shared/masking.ts';
import type { LowRankMeasures } from './measures.ts';
import type { LowRankSetting } from './setting.ts';

/** What the rows of the first table are. */
export const KINDS = {
  trained: 'trained with rank r',
  truncated: "w' - w cut to rank r",
  full: 'all weights trained',
  whole: "w'",
  without: 'w',
} as const;

/**
 * Accuracies against the rank, and the update layer by layer.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns Two tables.
 */
export function lowRankTables(measures: LowRankMeasures, { threats, lowRank }: LowRankSetting): readonly Table[] {
  const { without, whole, truncated, layers, trained, full } = measures;
  const [{ norm, eps }] = threats;
  const row = (kind: string, rank: Cell, { clean, robust, masking }: Accuracies): Cell[] => [
    ...[kind, rank, clean, robust],
    signsCell(masking),
  ];
  const ranks = layers[0].truncated.map(({ rank }) => rank);
  const attack = `${norm} ${eps}, ${lowRank.examples} test images, attack: ${whole.attack}`;
  return [
    {
      name: 'low-rank',
      title: 'Updates of low rank',
      note: `Adversarial training from w for ${lowRank.epochs} passes, of updates of rank r in every layer or of all weights; and w with the first terms of w' - w in every layer. Layers whose smaller side is at most r, biases and gains are trained, or taken over, whole. ${attack}.${signsNote([whole.masking])}`,
      columns: ['network', 'r', 'clean accuracy', 'robust accuracy', SIGNS],
      rows: [
        row(KINDS.without, 0, without),
        ...trained.map((at) => row(KINDS.trained, at.rank, at)),
        row(KINDS.full, 'full', full),
        ...truncated.map((at) => row(KINDS.truncated, at.rank, at)),
        row(KINDS.whole, 'full', whole),
      ],
    },
    {
      name: 'updates',
      title: "The update w' - w, layer by layer",
      note: `Robust accuracy of w' when the update of this layer alone is cut to its first terms, the others being whole; the last column has the signs seen in any of these networks. ${attack}.${signsNote([whole.masking])}`,
      columns: [
        'layer',
        'full rank',
        'effective rank',
        'stable rank',
        "|w' - w| / |w|",
        ...ranks.map((rank) => (rank === 0 ? 'robust without it' : `robust at rank ${rank}`)),
        SIGNS,
      ],
      rows: layers.map(({ name, side, effectiveRank, stableRank, size, truncated: alone }) => [
        name,
        side,
        effectiveRank,
        stableRank,
        size,
        ...alone.map(({ robust }) => robust),
        signsCell(...alone.map(({ masking }) => masking)),
      ]),
    },
  ];
}
