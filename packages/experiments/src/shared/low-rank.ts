import { type PairedRatio, pairedRatio } from '@advml/metrics';
import type { Measured } from '@advml/runs';
import type { Accuracies } from './accuracies.ts';

/** Accuracies of a network, to be compared with those of others example by example. */
export interface ComparedAccuracies extends Accuracies {
  /** Whether each example withstands, 1 or 0, in the order of the examples. */
  readonly withstood: string;
}

/** Accuracies of a network whose weights differ from w by an update of some rank. */
export interface AtRank extends ComparedAccuracies {
  /** The rank. */
  readonly rank: number;
}

/** Share of the robust accuracy that an update of low rank must recover: half would be met by the first term of w' - w, untrained. */
export const MOST = 0.9;

/** The largest rank that is low, as a share of the full one. */
export const LOW = 0.25;

const outcomes = ({ withstood }: ComparedAccuracies): readonly boolean[] => Array.from(withstood, (one) => one === '1');

/**
 * The share of a network's robust accuracy that another has on the same examples.
 *
 * @param network - The other, such as w with an update of low rank.
 * @param whole - The network.
 * @returns The ratio with its paired interval; 0 where the network withstands nothing, of which there is no share.
 */
export function recovered(network: ComparedAccuracies, whole: ComparedAccuracies): Measured & Partial<PairedRatio> {
  if (whole.robust.value === 0) return { value: 0, low: 0, high: 0 };
  return pairedRatio(outcomes(network), outcomes(whole));
}

/**
 * Whether an update is needed at all: where w already withstands what claim C13 asks for, an update that does nothing would recover it.
 *
 * @param without - w.
 * @param whole - The network that training all weights gives.
 * @returns Whether the share that w has lies below the bar, with its interval.
 */
export const isNeeded = (without: ComparedAccuracies, whole: ComparedAccuracies): boolean =>
  recovered(without, whole).high < MOST;

/** A place of the curve of claim C13: what an update recovers, with its interval. */
export interface RecoveredAt extends Measured {
  /** Its rank over the full one. */
  readonly of: number;
}

/**
 * The smallest rank at which updates recover most of the robust accuracy.
 *
 * @param curve - What updates recover.
 * @returns The smallest rank over the full one whose interval lies above the bar; null where there is none.
 */
export function leastRank(curve: readonly RecoveredAt[]): number | null {
  const enough = curve.filter(({ low }) => low > MOST).map(({ of }) => of);
  return enough.length > 0 ? Math.min(...enough) : null;
}

/**
 * The curve of claim C13 as a record.
 *
 * @param curve - What updates recover.
 * @returns The share and the ends of its interval, by the rank over the full one.
 */
export function recoveredByRank(curve: readonly RecoveredAt[]): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(curve.map(({ of, value, low, high }) => [of, [value, low, high]]));
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
 * Numbers in ascending order, each once, such as ranks.
 *
 * @param ranks - As a setting has them.
 * @param most - The largest that there can be; larger ones become it. Default: none is too large.
 * @returns The numbers.
 */
export function ascending(ranks: readonly number[], most = Infinity): readonly number[] {
  return [...new Set(ranks.map((rank) => Math.min(rank, most)))].sort((a, b) => a - b);
}
