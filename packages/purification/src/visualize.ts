import {
  type Classifier,
  InputError,
  inputGradient,
  type Key,
  type LoopOptions,
  type Loss,
  perturb,
  projectDelta,
  randomDelta,
  restrict,
  type Threat,
} from '@advml/core';
import {
  outputOf,
  paceOf,
  requireFinite,
  requireInBox,
  requireInteger,
  requireKey,
  requireOptions,
  requirePositive,
  requireShape,
  requireStrictNorm,
  requireTensor,
  requireThreat,
} from '@advml/core/internal';
import {
  add,
  keep,
  mul,
  type Tensor,
  type Tensor1D,
  tensor,
  tidy,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { LOOP } from './loop.ts';

/** What {@link visualize} takes. */
export interface VisualizeOptions extends LoopOptions {
  /** The budget: how inputs may change, such as `ball(l2, 1.5, { low: 0, high: 1 })`; of finite size. */
  readonly threat: Threat;
  /** One key an input, where the ascent is to start from noise: a random point of the ball. Default: from the inputs themselves. */
  readonly keys?: readonly Key[];
  /** Gradient steps. Default: 200. */
  readonly steps?: number;
  /** Length of each as a share of the budget. Default: 0.1. */
  readonly stepSize?: number;
}

/** What a neuron wants to see. Arrays have one entry an input. */
export interface Visualization {
  /** The inputs with the largest activation that was found, [batch, ...]; owned by the caller. */
  readonly x: Tensor;
  /** Activations of the inputs as they were given. */
  readonly before: Float32Array;
  /** Activations of those found. */
  readonly after: Float32Array;
}

/** The best point of each input so far. */
interface Best {
  readonly x: Tensor;
  readonly activations: Float32Array;
}

const asLoss: Loss = (activations) => activations as Tensor1D;

/**
 * What a neuron wants to see: inputs within a budget that raise its activation, by projected gradient ascent.
 *
 * ```math
 * \max_{\|\delta\| \le \epsilon} a(x + \delta), \qquad \delta \leftarrow \Pi\bigl(\delta + \eta\, \epsilon\, s(\nabla a)\bigr)
 * ```
 *
 * with the norm's steepest step s and the projection onto budget and box. Of all points on the way the best is kept. For a linear
 * activation in l2 that is $`x + \epsilon\, w / \|w\|`$. Activations before the rectifier are worth more than those after it, which
 * are flat where a neuron is silent.
 *
 * @param activation - From inputs [batch, ...] to one number each, [batch], differentiable: a neuron, a channel's mean, a logit.
 * @param x - Where to start, [batch, ...]: images, or uniform grey for what is seen from noise. Inside the box if there is one.
 * @param options - The budget, the start, the steps; progress in steps, and abort.
 * @returns Inputs, and activations before and after.
 * @throws InputError if an option is out of its range, the norm is l0, an input is outside the box, or the activation is not one finite number an
 * input. AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const neuron = (x: Tensor) => squeeze(slice(model(x), [0, 3], [-1, 1]), [1]);
 * const seen = await visualize(neuron, fill([8, 28, 28, 1], 0.5), {
 *   threat: ball(l2, 4, { low: 0, high: 1 }),
 *   keys: exampleKeys(key('noise', 0), 8),
 * });
 * ```
 * @see Erhan, Bengio, Courville, Vincent: Visualizing Higher-Layer Features of a Deep Network, 2009; Engstrom, Ilyas, Santurkar,
 * Tsipras, Tran, Madry: Adversarial Robustness as a Prior for Learned Representations, 2019 (arXiv:1906.00945).
 */
export async function visualize(activation: Classifier, x: Tensor, options: VisualizeOptions): Promise<Visualization> {
  requireOptions<VisualizeOptions>('visualize', options, {
    threat: true,
    keys: true,
    steps: true,
    stepSize: true,
    ...LOOP,
  });
  const { threat, keys, steps = 200, stepSize = 0.1, ...loop } = options;
  requireThreat('visualize', threat);
  requireStrictNorm('visualize', threat.norm, 'take l1');
  requireTensor('x', x);
  requireFinite('x', x);
  requireInteger({ steps }, 1);
  requirePositive({ stepSize });
  requirePositive({ eps: threat.eps }, 'input units');
  if (threat.box) requireInBox('x', x, threat.box);
  if (keys && keys.length !== x.shape[0])
    throw new InputError(`keys must be ${x.shape[0]}, one an input, got ${keys.length}`);
  for (const own of keys ?? []) requireKey('each of keys', own);
  const pace = paceOf(loop, steps, 'visualization', 'steps');
  const before = valuesOf(activation, x);
  let delta = keys ? randomDelta(threat, x, keys) : zerosLike(x);
  let best: Best = { x: x.clone(), activations: new Float32Array(before.length).fill(-Infinity) };
  try {
    for (let step = 0; step < steps; step++) {
      await pace();
      const next = tidy(() => {
        const at = perturb(threat, x, delta);
        const { gradient, activations } = slopeOf(activation, at);
        best = better(best, at, activations);
        const direction = threat.norm.steepest(restrict(threat, gradient));
        return projectDelta(threat, x, add(delta, mul(direction, stepSize * threat.eps)));
      });
      delta.dispose();
      delta = next;
    }
    tidy(() => {
      const at = perturb(threat, x, delta);
      best = better(best, at, valuesOf(activation, at));
    });
  } catch (error) {
    best.x.dispose();
    throw error;
  } finally {
    delta.dispose();
  }
  return Object.freeze({ x: best.x, before, after: best.activations });
}

function valuesOf(activation: Classifier, x: Tensor): Float32Array {
  let values = new Float32Array();
  tidy(() => {
    const activations = outputOf(activation, x);
    requireShape('activation', activations, [x.shape[0]]);
    requireFinite('activation', activations);
    values = activations.dataSync<'float32'>().slice();
  });
  return values;
}

function slopeOf(activation: Classifier, x: Tensor): { gradient: Tensor; activations: Float32Array } {
  const nothing = zeros([x.shape[0]]) as Tensor1D;
  const { gradient, output } = inputGradient(activation, x, nothing, asLoss);
  requireFinite('activation', output);
  return { gradient, activations: output.dataSync<'float32'>().slice() };
}

/** The inputs and activations with those that are at least as good, kept beyond the tidy at hand; disposes what it replaces. */
function better(best: Best, at: Tensor, activations: Float32Array): Best {
  const rose = activations.map((value, row) => (value >= best.activations[row] ? 1 : 0));
  if (!rose.includes(1)) return best;
  const x = keep(where(tensor(rose, [rose.length, ...at.shape.slice(1).map(() => 1)], 'bool'), at, best.x));
  best.x.dispose();
  return { x, activations: activations.map((value, row) => Math.max(value, best.activations[row])) };
}
