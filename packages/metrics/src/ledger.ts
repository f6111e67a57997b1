import type { Outcome } from './attack-slice.ts';
import type { ExampleRecord } from './evaluation.ts';

/** What has been found of every example so far. */
export interface Ledger {
  /** Size of the smallest perturbation that broke each example: 0 where it was wrong, infinite where none did. */
  readonly distance: Float64Array;
  /** The same for each attack of the battery alone. */
  readonly distances: readonly Float64Array[];
  /** Attack and cost of the run that gave the smallest perturbation. */
  readonly breaking: (Pick<ExampleRecord, 'attack' | 'attackGradients' | 'attackQueries'> | undefined)[];
  readonly loss: Float64Array;
  readonly gradients: Float64Array;
  readonly queries: Float64Array;
}

/** A ledger before any attack of a battery with that many members. */
export function openLedger(clean: Float32Array, members: number): Ledger {
  const distance = Float64Array.from(clean, (margin) => (margin > 0 ? Infinity : 0));
  return {
    distance,
    distances: Array.from({ length: members }, () => distance.slice()),
    breaking: Array.from(clean, () => undefined),
    loss: Float64Array.from(clean, (margin) => -margin),
    gradients: new Float64Array(clean.length),
    queries: new Float64Array(clean.length),
  };
}

/** Enters what a member's attack of a radius did; rounding may not carry a perturbation beyond that radius. */
export function enter(
  ledger: Ledger,
  member: number,
  attack: string,
  eps: number,
  positions: readonly number[],
  outcomes: readonly Outcome[],
): void {
  for (const [at, position] of positions.entries()) {
    const { margin, gradients, queries } = outcomes[at];
    const distance = Math.min(outcomes[at].distance, eps);
    ledger.gradients[position] += gradients;
    ledger.queries[position] += queries;
    if (margin > 0) continue;
    ledger.distances[member][position] = Math.min(ledger.distances[member][position], distance);
    if (!(distance < ledger.distance[position])) continue;
    ledger.distance[position] = distance;
    ledger.breaking[position] = { attack, attackGradients: gradients, attackQueries: queries };
  }
}

const UNBROKEN = { attack: null, attackGradients: null, attackQueries: null };

const orNull = (distance: number): number | null => (distance < Infinity ? distance : null);

/** The ledger as one record an example. */
export function recordsOf(
  ledger: Ledger,
  robust: readonly boolean[],
  clean: Float32Array,
  indices?: readonly number[],
): ExampleRecord[] {
  return robust.map((isRobust, at) => ({
    index: indices ? indices[at] : at,
    correct: clean[at] > 0,
    robust: isRobust,
    ...(ledger.breaking[at] ?? UNBROKEN),
    distance: orNull(ledger.distance[at]),
    distances: ledger.distances.map((own) => (clean[at] > 0 ? orNull(own[at]) : null)),
    loss: ledger.loss[at],
    gradients: ledger.gradients[at],
    queries: ledger.queries[at],
  }));
}
