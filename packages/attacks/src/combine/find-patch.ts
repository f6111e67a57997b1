import {
  type Batch,
  type Classifier,
  exampleKeys,
  InputError,
  type Key,
  type LoopOptions,
  perturb,
  type Threat,
} from '@advml/core';
import { requireExamples, requireInteger, requireKey } from '@advml/core/internal';
import { add, clipByValue, mul, tensor1d } from '@tensorflow/tfjs-core';
import { ascendTogether, type Look } from '../ascent/ascend-together.ts';
import { stepSizesOf } from '../ascent/step-sizes.ts';
import { covering } from '../gradient-free/paste.ts';
import { entriesIn, gridOf, placeWindow, windowOfSide } from '../gradient-free/square-grid.ts';
import { requireBudget } from '../search/budget.ts';
import { requireSettings } from '../search/require-settings.ts';

/** What {@link findPatch} may do. */
export interface FindPatchOptions extends LoopOptions {
  /** A ball of linf, such as one of the box's width where any colour is allowed, and the finite box that inputs and patch stay in. */
  readonly threat: Threat;
  /** Side of the patch in pixels, or the length of the block in a vector. */
  readonly size: number;
  /** Source of random places, and of random directions where there is no gradient. */
  readonly key: Key;
  /** Gradient steps, each over all examples at new places. Default: 100. */
  readonly steps?: number;
  /** Length of every step as a share of half the box's width. Default: as in {@link findUniversal}. */
  readonly stepSize?: number;
  /** Examples evaluated at once. Default: 256. It decides memory and speed, never the result. */
  readonly batchSize?: number;
}

/** A patch for every input and every place, and what it does to those it was found on. */
export interface AdversarialPatch {
  /** What it shows, pixel by pixel, row by row, with the channels of a pixel side by side. */
  readonly pixels: Float32Array;
  /** Share of the examples that are wrong with it, each at one random place. An optimistic figure: grade it on other examples. */
  readonly fooled: number;
  /** Gradient evaluations spent on each example. */
  readonly gradients: number;
}

/**
 * One patch that fools as many examples as possible wherever it lies, by gradient ascent on all of them together.
 *
 * The examples share the patch's pixels, and each has its own random place in every step. A step goes along the signs of the margin's
 * gradients, summed over the examples that are still right, and ends in the box; it begins with a patch of the colour in the box's middle.
 *
 * ```math
 * p_{t+1} = \operatorname{clip}\Bigl(p_t + \alpha_t \operatorname{sign} \textstyle\sum_{i:\, m_i > 0} \nabla_p (-m_i)(A(p_t, x_i, l_{i,t}))\Bigr)
 * ```
 *
 * with $`A(p, x, l)`$, the input $`x`$ with the patch $`p`$ at the place $`l`$. Deviations: Brown et al. raise the logarithm of a target's
 * probability, and turn and scale the patch too. The ball's radius bounds how far any entry moves, and where it is too small for the patch its
 * colour is only drawn nearer.
 *
 * @param model - The model under attack.
 * @param batch - Inputs [batch, ...] with labels [batch]; only read.
 * @param options - See {@link FindPatchOptions}.
 * @returns The patch; {@link paste} makes an attack of it.
 * @throws InputError if the ball is not one of linf or infinite, there is no finite box, there are no examples, x is not finite or outside the box, a
 * count is not a positive integer or `stepSize` is not positive.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const threat = ball(linf, 1, { low: 0, high: 1 });
 * const { pixels, fooled } = await findPatch(model, { x, y }, { threat, size: 5, key: key('patch', 7) });
 * ```
 * @see Brown, Mane, Roy, Abadi, Gilmer: Adversarial Patch, 2017 (arXiv:1712.09665).
 */
export async function findPatch(model: Classifier, batch: Batch, options: FindPatchOptions): Promise<AdversarialPatch> {
  requireSettings<FindPatchOptions>('findPatch', options, {
    threat: true,
    size: true,
    key: true,
    steps: true,
    stepSize: true,
    batchSize: true,
    onProgress: true,
    signal: true,
  });
  const { threat, size, key, steps = 100, stepSize, batchSize = 256, onProgress, signal } = options;
  const { norm, box } = threat;
  requireKey('key', key);
  if (norm.name !== 'linf')
    throw new InputError(
      `findPatch works in linf, got ${norm.name}; findUniversal finds one perturbation for all in any norm`,
    );
  requireBudget(threat, 'findPatch');
  if (!box || !Number.isFinite(box.high - box.low))
    throw new InputError('findPatch needs a finite box for its colours, such as ball(linf, 1, { low: 0, high: 1 })');
  requireInteger({ size, steps, batchSize }, 1);
  const stepSizes = stepSizesOf(steps, stepSize);
  requireExamples(threat, batch.x, batch.y);
  const grid = gridOf(batch.x.shape.slice(1));
  const sides = windowOfSide(grid, size);
  const keys = exampleKeys(key, batch.x.shape[0]);
  const half = (box.high - box.low) / 2;

  const look = (pixels: Float32Array, step: number): Look => {
    const windows = keys.map((own) => {
      const [first, second] = own.child('place', step).uniform(2);
      return placeWindow(grid, sides, first, second);
    });
    const entriesOf = (row: number) => entriesIn(grid, windows[row]);
    return {
      entriesOf,
      points: (x, rows) =>
        perturb(
          threat,
          x,
          covering(threat, x, pixels, (at) => entriesOf(rows[at])),
        ),
    };
  };
  const { values, fooled } = await ascendTogether(model, batch, {
    threat,
    steps,
    batchSize,
    key,
    onProgress,
    signal,
    what: 'the search for a patch',
    start: new Float32Array(sides[0] * sides[1] * grid.channels).fill(box.low + half),
    look,
    move: (pixels, way, step) =>
      clipByValue(add(tensor1d(pixels), mul(norm.steepest(tensor1d(way)), stepSizes[step] * half)), box.low, box.high),
  });
  return Object.freeze({ pixels: values, fooled, gradients: steps + 1 });
}
