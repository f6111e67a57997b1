import { type Attack, InputError, type Loss, margin, type Threat } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import { zerosLike } from '@tensorflow/tfjs-core';
import { projectedAscent } from '../ascent/projected-ascent.ts';
import { stepSizesOf } from '../ascent/step-sizes.ts';
import { allWindows, entriesIn, type Grid, gridOf, type Window, windowOfSide } from '../gradient-free/square-grid.ts';
import { requireBudget } from '../search/budget.ts';
import { graded } from '../search/graded.ts';
import { manner } from '../search/manner.ts';
import { requireSettings } from '../search/require-settings.ts';
import { widthOf } from '../search/rows.ts';
import { type Found, meetsGoal, progress, type SearchTask, takeTask } from '../search/search.ts';
import { slope } from '../search/slope.ts';
import { type WorstCase, worstCase } from '../search/worst-case.ts';

/** What {@link patch} may do. */
export interface PatchOptions {
  /** A ball of linf, such as one of radius 1 where any colour is allowed, and, if any, the box that inputs must stay in. */
  readonly threat: Threat;
  /** Side of the patch in pixels, or the length of the block in a vector; at most that of the example. */
  readonly size: number;
  /** Places tried for each example, at least 1. Default: 4. */
  readonly places?: number;
  /** Gradient steps at each place, at least 1. Default: 40. */
  readonly steps?: number;
  /** What the attacker raises, one value an example. Default: the margin. */
  readonly loss?: Loss;
  /** Whether an example is left alone once it is fooled. Default: true. */
  readonly earlyStop?: boolean;
}

/** What each entry of an example gains if it goes as far as it may and the model is linear. */
function gainsOf({ threat, x }: SearchTask, gradient: Float32Array, row: number): Float64Array {
  const [width, values] = [widthOf(x), x.dataSync<'float32'>()];
  const { low, high } = threat.box ?? { low: -Infinity, high: Infinity };
  return Float64Array.from({ length: width }, (_, at) => {
    const [slopeThere, value] = [gradient[row * width + at], values[row * width + at]];
    const room = slopeThere > 0 ? high - value : value - low;
    return slopeThere === 0 ? 0 : Math.abs(slopeThere) * Math.max(Math.min(room, threat.radii[row]), 0);
  });
}

/** Sums of an image over all rectangles from its first corner, with a row and a column of zeros before. */
function cornerSums(gains: Float64Array, { height, width, channels }: Grid): Float64Array {
  const sums = new Float64Array((height + 1) * (width + 1));
  for (let top = 0; top < height; top++) {
    for (let left = 0, along = 0; left < width; left++) {
      for (let channel = 0; channel < channels; channel++) along += gains[(top * width + left) * channels + channel];
      sums[(top + 1) * (width + 1) + left + 1] = sums[top * (width + 1) + left + 1] + along;
    }
  }
  return sums;
}

/**
 * The windows that gain most, the best first, none nearer to a better one than half a side in both directions; only the first may gain
 * nothing.
 */
function bestWindows(gains: Float64Array, grid: Grid, size: number, places: number): readonly Window[] {
  const [height, width] = windowOfSide(grid, size);
  const sums = cornerSums(gains, grid);
  const sum = (row: number, column: number) => sums[row * (grid.width + 1) + column];
  const windows = allWindows(grid, [height, width]).map((window) => {
    const { top, left } = window;
    const [bottom, right] = [top + height, left + width];
    return { window, gain: sum(bottom, right) - sum(top, right) - sum(bottom, left) + sum(top, left) };
  });
  windows.sort((a, b) => b.gain - a.gain);
  const chosen: Window[] = [];
  const near = (a: Window, b: Window) =>
    Math.abs(a.top - b.top) < Math.max(height / 2, 1) && Math.abs(a.left - b.left) < Math.max(width / 2, 1);
  const mayGain = (window: Window) => entriesIn(grid, window).some((at) => gains[at] > 0); // of sums, rounding leaves something
  for (const { window } of windows) {
    if (chosen.length === places) break;
    if (!chosen.some((other) => near(other, window)) && (chosen.length === 0 || mayGain(window))) chosen.push(window);
  }
  return chosen;
}

/** Which entries of an example a window holds. */
function maskOf(window: Window, grid: Grid): readonly boolean[] {
  const inside = new Set(entriesIn(grid, window));
  return Array.from({ length: grid.height * grid.width * grid.channels }, (_, at) => inside.has(at));
}

/** The windows to try for each example, by one gradient at the input, which is booked. */
function windowsOf(
  task: SearchTask,
  grid: Grid,
  { size, places, loss }: Required<Pick<PatchOptions, 'size' | 'places' | 'loss'>>,
  record: WorstCase,
): readonly (readonly Window[])[] {
  const { gradient, output, flat } = slope(task, task.x, { model: task.model, loss, draw: 0 });
  const delta = zerosLike(task.x);
  const rows = [...task.keys.keys()];
  record.consider(rows, {
    delta,
    reached: progress(task, output),
    gradients: new Int32Array(rows.length).fill(1),
    zeroGradient: rows.map((row) => flat.includes(row)),
  });
  const slopes = gradient.dataSync<'float32'>();
  const windows = rows.map((row) => bestWindows(gainsOf(task, slopes, row), grid, size, places));
  for (const tensor of [gradient, output, delta]) tensor.dispose();
  return windows;
}

/** Examples that have the same window at a rank, for one ascent together. */
function byWindow(
  rows: readonly number[],
  windows: readonly (readonly Window[])[],
  rank: number,
): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    if (rank >= windows[row].length) continue;
    const { top, left } = windows[row][rank];
    const group = groups.get(`${top},${left}`) ?? [];
    groups.set(`${top},${left}`, group);
    group.push(row);
  }
  return [...groups.values()];
}

/**
 * A patch: each example may change in one window of pixels only, at the place that suits it best.
 *
 * One gradient at the input says how much every window gains if the model is linear, as far as ball and box let its entries go. An ascent
 * is made in each of the best windows, whose corners are at least half a side apart, and the worst of them counts.
 *
 * ```math
 * \max_{W}\; \max_{\delta \in \mathcal B,\; \delta_j = 0 \text{ for } j \notin W} L(f(x + \delta), y), \qquad
 * G(W) = \sum_{j \in W} |g_j|\, r_j
 * ```
 *
 * with $`r_j`$ the room of an entry in the direction of its slope. On a linear model the best window is found exactly. An example of at
 * least 3 x 3 pixels is an image, all else a vector, whose window is a block of entries; see `square`. Ascents begin at the input and take
 * falling steps, ten radii in all, as `bim` does. With a radius of the box's width a patch may have any colours. The patches of Brown et al.
 * are one for all images and all places, see {@link findPatch}; this is the worst case of one image, which bounds them.
 *
 * @param options - See {@link PatchOptions}.
 * @returns An attack; its result's `x` is owned by the caller.
 * @throws InputError if the ball is not one of linf or infinite, or a count is not a positive integer; when called, if the mask does not fit.
 * @example
 * ```ts
 * const attack = patch({ threat: ball(linf, 1, { low: 0, high: 1 }), size: 5 });
 * ```
 * @see Brown, Mane, Roy, Abadi, Gilmer: Adversarial Patch, 2017 (arXiv:1712.09665), for patches; Rao, Stutz, Schiele: Adversarial
 * Training against Location-Optimized Adversarial Patches, 2020 (arXiv:2005.02313), for their places.
 */
export function patch(options: PatchOptions): Attack {
  requireSettings<PatchOptions>('patch', options, {
    threat: true,
    size: true,
    places: true,
    steps: true,
    loss: true,
    earlyStop: true,
  });
  const { threat, size, places = 4, steps = 40, loss = margin, earlyStop = true } = options;
  if (threat.norm.name !== 'linf')
    throw new InputError(`patch works in linf, got ${threat.norm.name}; withMask gives any threat a fixed window`);
  requireBudget(threat, 'patch');
  requireInteger({ size, places, steps }, 1);
  const plan = { stepSizes: stepSizesOf(steps), start: 'none', loss, earlyStop } as const;

  const search = (task: SearchTask): Found => {
    const record = worstCase(task.x.shape);
    const grid = gridOf(task.x.shape.slice(1));
    const windows = windowsOf(task, grid, { size, places, loss }, record);
    let rows = [...task.keys.keys()];
    const leave = () => {
      if (earlyStop) rows = rows.filter((row) => !meetsGoal(task, record.reached[row]));
    };
    leave();
    for (let rank = 0; rank < places; rank++) {
      for (const own of byWindow(rows, windows, rank)) {
        const some = takeTask(task, own);
        const mask = maskOf(windows[own[0]][rank], grid).map((inside, at) => inside && (threat.mask?.[at] ?? true));
        const found = projectedAscent.best({ ...some, threat: { ...some.threat, mask } }, plan);
        record.consider(own, found);
        for (const one of [some.x, some.labels, found.delta]) one.dispose();
      }
      leave();
    }
    return record.found();
  };
  const side = `${size} ${size === 1 ? 'pixel' : 'pixels'} a side`;
  const all = [`${steps} ${steps === 1 ? 'step' : 'steps'}`, `${places} ${places === 1 ? 'place' : 'places'}`];
  return graded(['patch-linf', side, ...all, ...manner(options, 'none')].join(', '), threat, search);
}
