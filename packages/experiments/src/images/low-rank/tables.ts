import { type Cell, shortNumber, type Table } from '@advml/runs';
import { type ComparedAccuracies, recovered } from '../../shared/low-rank.ts';
import { SIGNS, signsCell, signsNote } from '../../shared/masking.ts';
import type { LowRankMeasures } from './measures.ts';
import type { LowRankSetting } from './setting.ts';

/** What the rows of the first table are. */
export const KINDS = {
  trained: 'trained, r of the full rank',
  truncated: "w' - w cut to r of the full rank",
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
  const row = (kind: string, share: number, network: ComparedAccuracies, of: ComparedAccuracies): Cell[] => [
    ...[kind, share, network.clean, network.robust, recovered(network, of)],
    signsCell(network.masking),
  ];
  const shares = layers[0].truncated.map(({ share }) => share);
  const attack = `${norm} ${eps}, ${lowRank.examples} test images, attack: ${whole.attack}`;
  return [
    {
      name: 'low-rank',
      title: 'Updates of low rank',
      note: `Adversarial training from w for ${lowRank.epochs} passes, of updates whose rank is a share r of the full one in every layer (at least 1) or of all weights; and w with the first terms of w' - w in every layer, as many. Biases and gains are trained, or taken over, whole. The share recovered is the robust accuracy over that of training all weights, for first terms over that of w', on the same images, with its paired interval. ${attack}.${signsNote([whole.masking])}`,
      columns: ['network', 'r', 'clean accuracy', 'robust accuracy', 'share recovered', SIGNS],
      rows: [
        row(KINDS.without, 0, without, full),
        ...trained.map((at) => row(KINDS.trained, at.share, at, full)),
        row(KINDS.full, 1, full, full),
        ...truncated.map((at) => row(KINDS.truncated, at.share, at, whole)),
        row(KINDS.whole, 1, whole, whole),
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
        ...shares.map((share) => (share === 0 ? 'robust without it' : `robust at ${shortNumber(share)} of the rank`)),
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
