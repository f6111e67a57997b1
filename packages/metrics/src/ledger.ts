import type { Outcome } from './attack-slice.ts';
import type { ExampleRecord } from './evaluation.ts';

/** What has been found of every example so far. */
export interface Ledger {
  /** Size of the smallest perturbation that broke each example: 0 where it was wrong, infinite where none did. */
  readonly distance: Float64Array;
  readonly attack: (string | null)[];
  readonly loss: Float64Array;
  readonly gradients: Float64Array;
  readonly queries: Float64Array;
}

/** A ledger before any attack. */
export function openLedger(clean: Float32Array): Ledger {
  return {
    distance: Float64Array.from(clean, (margin) => (margin > 0 ? Infinity : 0)),
    attack: Array.from(clean, () => null),
    loss: Float64Array.from(clean, (margin) => -margin),
    gradients: new Float64Array(clean.length),
    queries: new Float64Array(clean.length),
  };
}

/** Enters what an attack of a radius did; rounding may not carry a perturbation beyond that radius. */
export function enter(
  ledger: Ledger,
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
    if (margin > 0 || !(distance < ledger.distance[position])) continue;
    ledger.distance[position] = distance;
    ledger.attack[position] = attack;
  }
}

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
    attack: ledger.attack[at],
    distance: ledger.distance[at] < Infinity ? ledger.distance[at] : null,
    loss: ledger.loss[at],
    gradients: ledger.gradients[at],
    queries: ledger.queries[at],
  }));
}
