import { type Attack, type BatchThreat, InputError, perturb, projectDelta, type Threat } from '@advml/core';
import { type Dialogue, requireInteger, requireNumbers, unlessSpent } from '@advml/core/internal';
import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { owning } from '../search/owning.ts';
import { requireSettings } from '../search/require-settings.ts';
import { widthOf } from '../search/rows.ts';
import { type Found, judge, type SearchTask } from '../search/search.ts';
import { type WorstCase, worstCase } from '../search/worst-case.ts';
import { allWindows, entriesIn, type Grid, gridOf, placeWindow, type Window, windowOfSide } from './square-grid.ts';

/** What {@link paste} needs. */
export interface PasteOptions {
  /** A ball of linf, such as one of the box's width where any colour is allowed, and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** What the patch shows, pixel by pixel, row by row, with the channels of a pixel side by side; see {@link findPatch}. */
  readonly pixels: ArrayLike<number>;
  /** Its side in pixels, or the length of its block in a vector. */
  readonly size: number;
  /** Random places tried for each example, the worst of which counts. Default: every place there is. */
  readonly places?: number;
}

/**
 * Perturbations that put a patch on each example, or come as near to it as the threat lets them.
 *
 * @param threat - What is allowed.
 * @param x - Inputs [batch, ...].
 * @param pixels - What the patch shows.
 * @param entriesOf - Where it lies on an example, an entry for each of its numbers.
 * @returns Perturbations [batch, ...], owned by the caller.
 */
export function covering(
  threat: Threat | BatchThreat,
  x: Tensor,
  pixels: ArrayLike<number>,
  entriesOf: (row: number) => ArrayLike<number>,
): Tensor {
  const [values, wished, width] = [x.dataSync<'float32'>(), new Float32Array(x.size), widthOf(x)];
  for (let row = 0; row < x.shape[0]; row++) {
    const entries = entriesOf(row);
    for (let at = 0; at < entries.length; at++) {
      const place = row * width + entries[at];
      wished[place] = pixels[at] - values[place];
    }
  }
  return tidy(() => projectDelta(threat, x, tensor(wished, x.shape)));
}

/** The size of the patch's window, if it has as many numbers as the patch. */
function sizeOf(grid: Grid, size: number, pixels: Float32Array): readonly [number, number] {
  const [height, width] = windowOfSide(grid, size);
  const numbers = height * width * grid.channels;
  if (pixels.length !== numbers)
    throw new InputError(
      `pixels must hold ${numbers} numbers, ${height} x ${width} x ${grid.channels}, got ${pixels.length}`,
    );
  return [height, width];
}

/**
 * The same patch on every example, at the worst of its places, whatever the model's gradients.
 *
 * Find it on one set with {@link findPatch} and grade it on another. With one random place it is what a passer-by would see; with every place
 * it is the worst case. Entries that the threat's mask holds show through, and so does what lies farther from the patch than the radius.
 *
 * ```math
 * x_i' = x_i + \Pi_{\mathcal B_i}\bigl(A(p, x_i, l_i) - x_i\bigr), \qquad l_i \in \arg\max_l m(x_i'(l))
 * ```
 *
 * with $`A(p, x, l)`$, the input $`x`$ with the patch $`p`$ at the place $`l`$, and $`m`$, which is positive where the goal is met.
 *
 * @param options - See {@link PasteOptions}.
 * @returns An attack without gradients, of one query a place; its result's `x` is owned by the caller.
 * @throws InputError if the ball is not one of linf or infinite, `pixels` is not finite, or a count is not a positive integer; when called, if the
 * patch does not fit the inputs.
 * @example
 * ```ts
 * const { pixels } = await findPatch(model, { x, y }, { threat, size: 5, key: key('patch', 7) });
 * const attack = paste({ threat, pixels, size: 5 });
 * ```
 * @see Brown, Mane, Roy, Abadi, Gilmer: Adversarial Patch, 2017 (arXiv:1712.09665).
 */
export function paste(options: PasteOptions): Attack {
  requireSettings<PasteOptions>('paste', options, { threat: true, pixels: true, size: true, places: true });
  const { threat, pixels, size, places } = options;
  if (threat.norm.name !== 'linf')
    throw new InputError(
      `paste works in linf, got ${threat.norm.name}; universal puts one perturbation on all in any norm`,
    );
  requireBudget(threat, 'paste');
  requireInteger({ size, places: places ?? 1 }, 1);
  requireNumbers({ pixels });
  const own = Float32Array.from(pixels);

  /** The windows of one place, one an example. */
  const windowsOf = ({ x, keys }: SearchTask): readonly ((nth: number) => readonly Window[])[] => {
    const grid = gridOf(x.shape.slice(1));
    const sides = sizeOf(grid, size, own);
    if (places === undefined) return allWindows(grid, sides).map((window) => () => keys.map(() => window));
    return Array.from(
      { length: places },
      () => (nth) =>
        keys.map((key) => {
          const [first, second] = key.child('place', nth).uniform(2);
          return placeWindow(grid, sides, first, second);
        }),
    );
  };
  const tryAt = (task: SearchTask, windows: readonly Window[], worst: WorstCase): Dialogue<boolean> =>
    owning(function* (take) {
      const grid = gridOf(task.x.shape.slice(1));
      const delta = take(covering(task.threat, task.x, own, (row) => entriesIn(grid, windows[row])));
      const reached = yield* judge(task, take(perturb(threat, task.x, delta)));
      const rows = [...task.keys.keys()];
      const [gradients, zeroGradient] = [new Int32Array(rows.length), rows.map(() => false)];
      worst.consider(rows, { delta, reached, gradients, zeroGradient });
      return true;
    });
  const search = function* (task: SearchTask): Dialogue<Found> {
    const worst = worstCase(task.x.shape);
    const queries = new Int32Array(task.keys.length);
    let isAnswered = true;
    for (const [nth, windows] of windowsOf(task).entries()) {
      isAnswered = (yield* unlessSpent(tryAt(task, windows(nth), worst))) ?? false;
      if (!isAnswered) break;
      for (const row of queries.keys()) queries[row]++;
    }
    return { ...worst.found(), queries, cutShort: !isAnswered };
  };
  const tried = places === undefined ? 'every place' : `${places} ${places === 1 ? 'place' : 'places'}`;
  return graded(`pasted patch-linf, ${size} ${size === 1 ? 'pixel' : 'pixels'} a side, ${tried}`, threat, search);
}
