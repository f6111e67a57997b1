import {
  type Attack,
  type Classifier,
  InputError,
  inputGradient,
  l1,
  margin,
  restrict,
  type Threat,
} from '@advml/core';
import {
  ask,
  type Dialogue,
  described,
  isPromise,
  requireAttack,
  requireInteger,
  requireLabels,
  requireOptions,
  settled,
} from '@advml/core/internal';
import { type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { AttackCall } from '../search/attack-from.ts';
import { watched } from '../search/watched.ts';
import { combined, inSequence, type Member } from './sequence.ts';

/** How {@link targetedSweep} chooses its classes. */
export interface TargetedSweepOptions {
  /**
   * Which wrong classes come first: those whose boundary is nearest as gradients at the input show it, or those with the largest
   * logits. Default: `nearest`, but `logits` where the model has no gradients, as one that answers later.
   */
  readonly order?: 'nearest' | 'logits';
}

/** Wrong classes whose boundaries are looked at, as a multiple of those that are attacked. */
const CANDIDATES = 3;

/** The wrong classes of each example, the largest logit first; none where the model gives scores. And whether its answer was awaited. */
function* byLogits(...[model, x, y, { signal }]: AttackCall): Dialogue<{ ranks: number[][]; later: boolean }> {
  let later = false;
  const seen = (input: Tensor) => {
    const answer = model(input);
    later = isPromise(answer);
    return answer;
  };
  const asked = typeof model === 'function' ? (Object.assign(seen, model) as typeof model) : model; // what is none is refused there
  const output = yield* ask(asked, x, signal); // [batch] or [batch, classes]
  try {
    requireLabels(output, y);
    if (output.rank !== 2) return { ranks: [], later };
    const [classes, values] = [output.shape[1] as number, output.dataSync<'float32'>()];
    const ranks = Array.from(y.dataSync(), (label, row) => {
      const logits = values.subarray(row * classes, (row + 1) * classes);
      return [...logits.keys()].filter((k) => k !== label).sort((a, b) => logits[b] - logits[a]);
    });
    return { ranks, later };
  } finally {
    output.dispose();
  }
}

/** How far each example's boundary towards a class is, if the model is as straight as its gradient says; not finite if nothing says. */
function distancesTo(
  model: Classifier,
  x: Tensor,
  y: Tensor1D,
  rivals: readonly number[],
  threat: Threat,
): Float32Array {
  return tidy(() => {
    const towards = tensor1d([...rivals], 'int32');
    const { gradient, loss } = inputGradient(model, x, y, (output, labels) => margin(output, labels, towards));
    const { norm } = threat;
    const slopes = (norm.name === 'l0' ? l1 : norm).dual.size(restrict(threat, gradient)).dataSync<'float32'>();
    return loss.dataSync<'float32'>().map((gap, row) => -gap / slopes[row]);
  });
}

/** The first classes of each list, the nearest boundary first. */
function byDistance(
  ranks: readonly number[][],
  most: number,
  distance: (rivals: number[]) => Float32Array,
): number[][] {
  const measured = Array.from({ length: most }, (_, rank) => distance(ranks.map((row) => row[rank])));
  const far = (row: number, rank: number) => (Number.isNaN(measured[rank][row]) ? Infinity : measured[rank][row]);
  return ranks.map((classes, row) => {
    const order = Array.from(measured, (_, rank) => rank);
    order.sort((a, b) => (far(row, a) === far(row, b) ? a - b : far(row, a) - far(row, b)));
    return order.map((rank) => classes[rank]);
  });
}

/** What a function of gradients gives, or nothing where the model has none: attacks that need them say so themselves. */
function ifGradients<T>(follow: () => T): T | undefined {
  try {
    return follow();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/**
 * An attack once for each of some wrong classes, with its loss pushing towards that class; any error counts.
 *
 * With `dlr` as its loss and `apgd` as its attack it is the targeted APGD of AutoAttack. Where there is one wrong class
 * only, the caller names the rivals, or the goal is not just any error, it is the attack itself. The classes are those whose
 * boundary is nearest on the model linearized at the input without a perturbation, as in MALT:
 *
 * ```math
 * k_1, k_2, \dots \quad\text{by rising}\quad \frac{z_y(x) - z_k(x)}{\|\nabla (z_y - z_k)(x)\|_q}
 * ```
 *
 * with the dual norm, for l0 that of l1. AutoAttack ranks by logits. MALT takes the 2-norm whatever the threat, and looks at the hundred
 * classes with the largest logits; here it is three times as many as are attacked, one gradient each.
 *
 * @param attack - An attack whose loss takes rivals, as all of core's do.
 * @param classes - How many wrong classes, at least 1. Default: 9, or as many as there are.
 * @param options - See {@link TargetedSweepOptions}.
 * @returns An attack; gradient counts are sums.
 * @throws InputError if `classes` is not a positive integer, or the order is none.
 * @example
 * ```ts
 * const attack = targetedSweep(apgd({ threat: ball(linf, 8 / 255, { low: 0, high: 1 }), loss: dlr }), 4);
 * ```
 * @see Croce, Hein: Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks,
 * 2020 (arXiv:2003.01690), section 4.1; Melamed, Yehudai, Vardi: MALT Powers Up Adversarial Attacks, 2024 (arXiv:2407.02240).
 */
export function targetedSweep(attack: Attack, classes = 9, options: TargetedSweepOptions = {}): Attack {
  requireAttack('targetedSweep', attack);
  requireInteger({ classes }, 1);
  requireOptions<TargetedSweepOptions>('targetedSweep', options, { order: true });
  const { order } = options;
  if (order !== undefined && order !== 'nearest' && order !== 'logits')
    throw new InputError(`order must be 'nearest' or 'logits', got ${described(order)}`);
  const one = order === 'logits' ? 'the strongest wrong class' : 'the nearest wrong class';
  const several = `up to ${classes} wrong classes${order === 'logits' ? ' by logits' : ''}`;
  const label = `${attack.label}, towards ${classes === 1 ? one : several}`;
  return combined(label, attack.threat, function* (model, x, y, given) {
    const { goal = 'untargeted', signal } = given;
    const { ranks, later } = goal === 'untargeted' ? yield* byLogits(model, x, y, given) : { ranks: [], later: false };
    const all = ranks[0]?.length ?? 0;
    if (all < 2 || given.rivals) return yield* settled(attack(model, x, y, given));
    const looks = Math.min(CANDIDATES * classes, all);
    const nearest = () =>
      byDistance(ranks, looks, (rivals) => distancesTo(watched(model, signal).model, x, y, rivals, attack.threat));
    const near = order === 'logits' || (later && !order) ? undefined : order ? nearest() : ifGradients(nearest);
    const chosen = near ?? ranks;
    const members = Array.from(
      { length: Math.min(classes, all) },
      (_, rank): Member =>
        (...[to, inputs, labels, own, rows]) =>
          attack(to, inputs, labels, { ...own, rivals: rows.map((row) => chosen[row][rank]) }),
    );
    const found = yield* inSequence(members, model, x, y, given);
    return near ? { ...found, gradients: found.gradients.map((count) => count + looks) } : found;
  });
}
