import {
  type Batch,
  type Classifier,
  inputGradient,
  type Key,
  type LoopOptions,
  margin,
  outputMargins,
  perturb,
  restrict,
  type Threat,
} from '@advml/core';
import { requireExamples, requireFinite, requireInteger, requireKey, yieldToEventLoop } from '@advml/core/internal';
import { add, mul, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { requireBudget } from '../search/budget.ts';
import { requireSettings } from '../search/require-settings.ts';
import { takeRows, widthOf } from '../search/rows.ts';
import { stepSizesOf } from './step-sizes.ts';

/** What {@link findUniversal} may do. */
export interface FindUniversalOptions extends LoopOptions {
  /** The ball (norm and radius, in input units) and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Source of random directions where there is no gradient. */
  readonly key: Key;
  /** Gradient steps, each over all examples. Default: 50. */
  readonly steps?: number;
  /** Length of every step as a share of the radius. Default: steps fall evenly from `20 / (steps + 1)`, ten radii in all. */
  readonly stepSize?: number;
  /** Examples evaluated at once. Default: 256. It decides memory and speed, never the result. */
  readonly batchSize?: number;
}

/** A perturbation for every input, and what it does to those it was found on. */
export interface UniversalPerturbation {
  /** Its entries, as many as an input has. */
  readonly delta: Float32Array;
  /** Share of the examples that are wrong with it. An optimistic figure: grade it on other examples. */
  readonly fooled: number;
  /** Gradient evaluations spent on each example. */
  readonly gradients: number;
}

/** How many examples a perturbation fools, and the sum of the margin's gradients over the others. */
interface Look {
  fooled: number;
  readonly gradient: Float64Array;
}

/** Adds some examples; on the host and one by one, so that the sum has the same bits for any size of a slice. */
function addSlice(look: Look, model: Classifier, { x, y }: Batch, threat: Threat, delta: Tensor): void {
  const at = perturb(threat, x, delta);
  const { gradient, output, loss } = inputGradient(model, at, y, margin);
  requireFinite("the model's output", output);
  const [margins, values] = [outputMargins(output, y), gradient.dataSync<'float32'>()];
  const width = look.gradient.length;
  for (const [row, wins] of margins.entries()) {
    if (!(wins > 0)) look.fooled++;
    else for (let entry = 0; entry < width; entry++) look.gradient[entry] += values[row * width + entry];
  }
  for (const one of [at, gradient, output, loss]) one.dispose();
}

/** What a perturbation [1, ...] does to all examples. */
function lookAt(model: Classifier, { x, y }: Batch, threat: Threat, delta: Tensor, batchSize: number): Look {
  const look: Look = { fooled: 0, gradient: new Float64Array(widthOf(x)) };
  for (let start = 0; start < x.shape[0]; start += batchSize) {
    const rows = Array.from({ length: Math.min(batchSize, x.shape[0] - start) }, (_, at) => start + at);
    const slice = { x: takeRows(x, rows), y: takeRows(y, rows) };
    addSlice(look, model, slice, threat, delta);
    slice.x.dispose();
    slice.y.dispose();
  }
  return look;
}

/** One step uphill, back into the ball; in a random direction where there is no gradient. */
function step(threat: Threat, delta: Tensor, gradient: Float64Array, length: number, key: Key): Tensor {
  return tidy(() => {
    const scale = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const way = scale > 0 ? Float32Array.from(gradient, (value) => value / scale) : key.normal(gradient.length);
    const direction = threat.norm.steepest(restrict(threat, tensor(way, delta.shape)));
    return threat.norm.project(add(delta, mul(direction, length)), threat.eps);
  });
}

/**
 * One perturbation that fools as many examples as possible, by projected gradient ascent on all of them together.
 *
 * Every step follows the sum of the margin's gradients over the examples that are still right, so that none that has
 * been won outweighs the others; where it is zero, the step is random. The perturbation that fools most is kept, of
 * several the last.
 *
 * ```math
 * \delta_{t+1} = \Pi_\varepsilon\Bigl(\delta_t + \alpha\varepsilon\, s\bigl(\textstyle\sum_{i:\, m_i > 0} \nabla_x (-m_i)(x_i + \delta_t)\bigr)\Bigr)
 * ```
 *
 * @param model - The model under attack.
 * @param batch - Inputs [batch, ...] with labels [batch]; only read.
 * @param options - See {@link FindUniversalOptions}.
 * @returns The perturbation; {@link universal} makes an attack of it.
 * @throws InputError if the radius is infinite, there are no examples, x is not finite, `steps` or `batchSize` is not a positive integer or
 * `stepSize` is not positive.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const { delta, fooled } = await findUniversal(model, { x, y }, { threat: ball(l2, 2), key: key('universal', 7) });
 * ```
 * @see Shafahi, Najibi, Xu, Dickerson, Davis, Goldstein: Universal Adversarial Training, 2018 (arXiv:1811.11304), for the
 * ascent on a loss that is cut where an example is won; Moosavi-Dezfooli, Fawzi, Fawzi, Frossard: Universal adversarial
 * perturbations, 2016 (arXiv:1610.08401), for the idea.
 */
export async function findUniversal(
  model: Classifier,
  batch: Batch,
  options: FindUniversalOptions,
): Promise<UniversalPerturbation> {
  requireSettings<FindUniversalOptions>('findUniversal', options, {
    threat: true,
    key: true,
    steps: true,
    stepSize: true,
    batchSize: true,
    onProgress: true,
    signal: true,
  });
  const { threat, key, steps = 50, stepSize, batchSize = 256, onProgress, signal } = options;
  requireKey('key', key);
  requireBudget(threat, 'findUniversal');
  requireInteger({ steps, batchSize }, 1);
  const stepSizes = stepSizesOf(steps, stepSize);
  requireExamples(threat, batch.x, batch.y);

  let delta: Tensor = zeros([1, ...batch.x.shape.slice(1)]);
  const best = { fooled: -1, values: delta.dataSync<'float32'>() };
  try {
    for (let done = 0; done <= steps; done++) {
      await yieldToEventLoop(signal, 'the search for a universal perturbation');
      const { fooled, gradient } = lookAt(model, batch, threat, delta, batchSize);
      if (fooled >= best.fooled) Object.assign(best, { fooled, values: delta.dataSync<'float32'>().slice() });
      onProgress?.(done, steps);
      if (done === steps) break;
      const next = step(threat, delta, gradient, stepSizes[done] * threat.eps, key.child('step', done));
      delta.dispose();
      delta = next;
    }
  } finally {
    delta.dispose();
  }
  return Object.freeze({ delta: best.values, fooled: best.fooled / batch.x.shape[0], gradients: steps + 1 });
}
