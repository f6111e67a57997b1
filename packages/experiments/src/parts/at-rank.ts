import type { Proportion } from '@advml/metrics';
import type { Finding } from '@advml/runs';

/** Accuracies of one network on the same examples as others. */
export interface Accuracies {
  /** Share that is classified correctly. */
  readonly clean: Proportion;
  /** Share that the attack does not break. */
  readonly robust: Proportion;
  /** The attack. */
  readonly attack: string;
}

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
