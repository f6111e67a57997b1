import { type AnyClassifier, type Attack, type Batch, describeThreat, InputError } from '@advml/core';
import { described, requireAttack, requireOptions } from '@advml/core/internal';
import { sub } from '@tensorflow/tfjs-core';
import { marginsBeforeAttack } from './before-attack.ts';
import { checkedMargins } from './checked-margins.ts';
import { clopperPearson, type Proportion } from './clopper-pearson.ts';
import { measuredDistance } from './grade.ts';
import { ATTACKED, type AttackedOptions } from './options.ts';
import { eachSlice, everyPosition } from './slices.ts';

/** How perturbations found on each model fare on every other. */
export interface TransferMatrix {
  /** The models' names: the order of all rows and columns. */
  readonly names: readonly string[];
  /** The attack with its settings. */
  readonly attack: string;
  /** The threat in words. */
  readonly threat: string;
  /** Share of examples that each model gets right without attack. */
  readonly clean: readonly Proportion[];
  /** Row: the model the perturbations were found on; column: the model they were tried on; entry: the share that is still right. */
  readonly accuracy: readonly (readonly Proportion[])[];
  /**
   * Mean cosine between the perturbations that two models get for the same example, over examples that both change; NaN where
   * there are none.
   */
  readonly cosines: readonly (readonly number[])[];
  /** What the attack warned of, each once, with the model that it was made on. */
  readonly warnings: readonly string[];
}

/** Sum and number of cosines. */
interface Tally {
  sum: number;
  count: number;
}

/** Enters the cosines between two models' perturbations of some examples; zero perturbations have no direction. */
function tally({ sum, count }: Tally, a: Float32Array, b: Float32Array, width: number): Tally {
  let [total, seen] = [sum, count];
  for (let start = 0; start < a.length; start += width) {
    let [product, own, other] = [0, 0, 0];
    for (let at = start; at < start + width; at++) {
      product += a[at] * b[at];
      own += a[at] * a[at];
      other += b[at] * b[at];
    }
    if (own === 0 || other === 0) continue;
    total += product / Math.sqrt(own * other);
    seen++;
  }
  return { sum: total, count: seen };
}

const square = <T>(size: number, entry: () => T): T[][] =>
  Array.from({ length: size }, () => Array.from({ length: size }, entry));

/**
 * Tries the perturbations found on each of some models on all of them.
 *
 * The diagonal is the attack on the model itself. An example that a model gets wrong without attack counts as broken, whatever
 * the perturbation. Attacks that stop at their first success transfer badly: turn that off, as with `pgd({ earlyStop: false })`.
 * Cosines near 1 between models say that they share the directions in which they are weak.
 *
 * ```math
 * c_{ab} = \frac1n \sum_i \frac{\langle \delta_i^{(a)}, \delta_i^{(b)} \rangle}{\|\delta_i^{(a)}\|_2 \|\delta_i^{(b)}\|_2}
 * ```
 *
 * @param models - The models by their names; labels mean the same for all.
 * @param batch - Inputs [batch, ...] with labels [batch]; only read.
 * @param attack - The attack, the same on every model.
 * @param options - Key, indices, confidence, size of a slice, progress, signal.
 * @returns The matrices; no entry depends on the size of a slice.
 * @throws InputError if there is no model or example, an input or output is NaN or infinite, an input is outside the threat's box, the
 * labels are not of the models' kind, or the attack leaves its threat.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const attack = pgd({ threat: ball(l2, 0.11), steps: 100, earlyStop: false }); // from '@advml/attacks'
 * const { accuracy, cosines } = await transferMatrix({ clean, robust }, { x, y }, attack, { key: key('transfer', 7) });
 * ```
 * @see Tramèr, Papernot, Goodfellow, Boneh, McDaniel: The Space of Transferable Adversarial Examples, 2017 (arXiv:1704.03453).
 */
export async function transferMatrix(
  models: Readonly<Record<string, AnyClassifier>>,
  batch: Batch,
  attack: Attack,
  options: AttackedOptions,
): Promise<TransferMatrix> {
  requireOptions<AttackedOptions>('transferMatrix', options, ATTACKED);
  requireAttack('transferMatrix', attack);
  const { key, indices, confidence, signal } = options;
  const names = Object.keys(Object(models));
  if (names.length === 0)
    throw new InputError(
      `transferMatrix needs at least one model by its name, such as { clean, robust }, got ${described(models)}`,
    );
  const clean: Float32Array[] = [];
  for (const name of names) clean.push(await marginsBeforeAttack(models[name], batch, attack.threat.box, options));
  const [count, width] = [clean[0].length, batch.x.size / clean[0].length];
  const right = square(names.length, () => 0);
  const warned = new Set<string>();
  const tallies = square<Tally>(names.length, () => ({ sum: 0, count: 0 }));

  await eachSlice(batch, everyPosition(batch), options, `transfer of ${attack.label}`, async (slice, positions) => {
    const own = { key, indices: positions.map((position) => (indices ? indices[position] : position)), signal };
    const deltas: Float32Array[] = [];
    for (const [row, source] of names.entries()) {
      const { x, warnings } = await attack(models[source], slice.x, slice.y, own);
      for (const warning of warnings) warned.add(`${source}: ${warning}`);
      try {
        measuredDistance(attack, slice, x, positions);
        for (const [column, target] of names.entries()) {
          const margins = await checkedMargins(models[target], { x, y: slice.y }, positions, attack.label, signal);
          right[row][column] += positions.filter((at, place) => clean[column][at] > 0 && margins[place] > 0).length;
        }
        const delta = sub(x, slice.x);
        deltas.push(delta.dataSync<'float32'>());
        delta.dispose();
      } finally {
        x.dispose();
      }
    }
    for (const [a, row] of tallies.entries())
      for (const b of row.keys()) row[b] = tally(row[b], deltas[a], deltas[b], width);
  });

  return Object.freeze({
    names,
    attack: attack.label,
    threat: describeThreat(attack.threat),
    clean: clean.map((margins) => clopperPearson(margins.filter((margin) => margin > 0).length, count, confidence)),
    accuracy: right.map((row) => row.map((successes) => clopperPearson(successes, count, confidence))),
    cosines: tallies.map((row) => row.map(({ sum, count: seen }) => sum / seen)),
    warnings: [...warned],
  });
}
