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
  /** Smallest margins that attacks of a radius reached, by radius; at radius 0 those without attack. */
  readonly margins: Map<number, Float64Array>;
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
    margins: new Map([[0, Float64Array.from(clean)]]),
  };
}

/** Enters an input that was found within a radius: its margin, and its distance where it is wrong. */
export function enterFound(
  ledger: Ledger,
  eps: number,
  position: number,
  { margin, distance }: Pick<Outcome, 'margin' | 'distance'>,
  by: NonNullable<Ledger['breaking'][number]>,
): void {
  const margins = ledger.margins.get(eps) ?? new Float64Array(ledger.loss.length).fill(Infinity);
  ledger.margins.set(eps, margins);
  margins[position] = Math.min(margins[position], margin);
  const size = Math.min(distance, eps); // rounding may not carry a perturbation beyond its radius
  if (margin > 0 || !(size < ledger.distance[position])) return;
  ledger.distance[position] = size;
  ledger.breaking[position] = by;
}

/** Enters what a member's attack of a radius did. */
export function enter(
  ledger: Ledger,
  member: number,
  attack: string,
  eps: number,
  positions: readonly number[],
  outcomes: readonly Outcome[],
): void {
  for (const [at, position] of positions.entries()) {
    const { margin, distance, gradients, queries } = outcomes[at];
    ledger.gradients[position] += gradients;
    ledger.queries[position] += queries;
    const by = { attack, attackGradients: gradients, attackQueries: queries };
    enterFound(ledger, eps, position, outcomes[at], by);
    if (margin > 0) continue;
    ledger.distances[member][position] = Math.min(ledger.distances[member][position], distance, eps);
  }
}

const UNBROKEN = { attack: null, attackGradients: null, attackQueries: null };

const orNull = (distance: number): number | null => (distance < Infinity ? distance : null);

/** The ledger as one record an example, robust where nothing is known to break it within a radius. */
export function recordsOf(ledger: Ledger, eps: number, indices?: readonly number[]): ExampleRecord[] {
  return Array.from(ledger.distance, (distance, at) => ({
    index: indices ? indices[at] : at,
    correct: distance > 0,
    robust: distance > eps,
    ...(ledger.breaking[at] ?? UNBROKEN),
    distance: orNull(distance),
    distances: ledger.distances.map((own) => (distance > 0 ? orNull(own[at]) : null)),
    loss: ledger.loss[at],
    gradients: ledger.gradients[at],
    queries: ledger.queries[at],
  }));
}
