import type { Finding } from '@advml/runs';
import type { Accuracies } from './accuracies.ts';

/** Accuracies of a network whose weights differ from w by an update of some rank. */
export interface AtRank extends Accuracies {
  /** The rank. */
  readonly rank: number;
}

/** Share of the robust accuracy that an update of low rank must recover: half would be met by the first term of w' - w, untrained. */
const MOST = 0.9;

/**
 * What claim C13 makes of an update of low rank: its robust accuracy over that of w'.
 *
 * @param network - w with the update.
 * @param whole - w'.
 * @returns The number, its interval over examples, and the verdict.
 */
export function recovered(
  { robust, attack }: AtRank,
  whole: Accuracies,
): Pick<Finding, 'value' | 'interval' | 'holds' | 'attack'> {
  const share = (accuracy: number) => (whole.robust.value > 0 ? accuracy / whole.robust.value : 0);
  const value = share(robust.value);
  return { value, interval: [share(robust.low), share(robust.high)], holds: value > MOST, attack };
}

/**
 * Robust accuracies by the rank.
 *
 * @param networks - Networks of different ranks.
 * @returns A number a rank.
 */
export function robustByRank(networks: readonly AtRank[]): Readonly<Record<string, number>> {
  return Object.fromEntries(networks.map(({ rank, robust }) => [rank, robust.value]));
}

/**
 * Ranks in ascending order, each once.
 *
 * @param ranks - As a setting has them.
 * @param most - The largest that there can be; larger ones become it. Default: none is too large.
 * @returns The ranks.
 */
export function ascending(ranks: readonly number[], most = Infinity): readonly number[] {
  return [...new Set(ranks.map((rank) => Math.min(rank, most)))].sort((a, b) => a - b);
}
