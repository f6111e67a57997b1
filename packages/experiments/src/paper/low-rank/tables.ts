import { energyShare } from '@advml/purification';
import type { Cell, Table } from '@advml/runs';
import { type AtRank, type ComparedAccuracies, recovered } from '../../shared/low-rank.ts';
import { SIGNS, signsCell, signsNote } from '../../shared/masking.ts';
import type { LowRankMeasures, MatrixSpectrum } from './measures.ts';
import type { LowRankSetting } from './setting.ts';

/** What the rows of the first table are about; the figure finds its curves by these words. */
export const KINDS = {
  none: 'none (w)',
  truncated: "first terms of w' - w",
  trained: 'trained A B',
  random: 'trained in a random subspace',
  full: 'trained, all weights',
} as const;

/** Heading of the column with the share of robust accuracy. */
export const RECOVERED = 'share recovered';

/** Ranks whose share of the square the second table has. */
const SHARES = [1, 8, 64, 256];

/**
 * What updates of some rank withstand, and the spectra behind it.
 *
 * @param measures - What a seed measured.
 * @param setting - A complete setting.
 * @returns Two tables.
 */
export function lowRankTables(measures: LowRankMeasures, { tau, data, network, lowRank }: LowRankSetting): Table[] {
  const { update, trained, random, full, cleanChange, clean } = measures;
  const [m, d] = [network.neurons, data.dimension];
  const most = Math.min(m, d);
  const whole = update.truncated[update.truncated.length - 1];
  const row = (kind: string, rank: number, network: ComparedAccuracies): Cell[] => [
    ...[kind, rank, rank / most, network.clean, network.robust],
    recovered(network, kind === KINDS.truncated ? whole : full),
    signsCell(network.masking),
  ];
  const rows = (kind: string, networks: readonly AtRank[]) =>
    networks.map((network) => row(kind, network.rank, network));
  const spectrumRow = (name: string, along: Cell, { values, effectiveRank, stableRank }: MatrixSpectrum): Cell[] => [
    name,
    effectiveRank,
    effectiveRank / values.length,
    stableRank,
    ...SHARES.map((rank) => energyShare(values, rank)),
    along,
  ];
  return [
    {
      name: 'low-rank',
      title: 'w with an update of low rank',
      note: `tau = ${tau} (l2), gamma = ${data.margin}; ${lowRank.examples} fresh examples; attack: ${full.attack}. Trainings: ${lowRank.steps} steps of adversarial training from w, one batch and rate for all, without the regularizer. An update A B of rank r has r (m + d) parameters (m = ${m}, d = ${d}); the random subspace has as many: rows in a fixed random space of dimension r (m + d) / m. The whole of w' - w makes w'. The share recovered is the robust accuracy over that of training all weights, for first terms over that of w', on the same examples, with its paired interval.${signsNote([full.masking])}`,
      columns: ['update', 'rank', 'over the full one', 'clean accuracy', 'robust accuracy', RECOVERED, SIGNS],
      rows: [
        row(KINDS.none, 0, update.without),
        ...rows(KINDS.truncated, update.truncated),
        ...rows(KINDS.trained, trained),
        ...rows(KINDS.random, random),
        row(KINDS.full, most, full),
      ],
    },
    {
      name: 'spectra',
      title: 'How many directions training changes',
      note: 'Effective rank: exponential of the entropy of the singular values as shares of their sum (Roy and Vetterli 2007). Stable rank: square of the matrix over that of its largest singular value. Shares are of the sum of squares.',
      columns: [
        'matrix',
        'effective rank',
        'over min(m, d)',
        'stable rank',
        ...SHARES.map((rank) => `share of the first ${rank}`),
        '|cos| of first right vector and mixture',
      ],
      rows: [
        spectrumRow("w' - w", update.alongMixture, update.spectrum),
        spectrumRow('w - w0', '', cleanChange),
        spectrumRow('w', '', clean),
      ],
    },
  ];
}
