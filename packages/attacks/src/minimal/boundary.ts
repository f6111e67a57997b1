import { inputGradient, margin, normalRows, restrict } from '@advml/core';
import { sub, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { replaceRows, rowDots, takeRows } from '../search/rows.ts';
import { raised, type SearchTask, someDistance } from '../search/search.ts';
import type { Chase } from './chase.ts';

/** Where the decision boundary is from some points, if the model is as straight as its gradient says. */
export interface Boundary {
  /** How far each example is past the boundary, in output units: negative before it. */
  readonly gap: Float32Array;
  /** Gradient of the gap in the input [batch, ...], zero where the mask holds; owned by the caller. */
  readonly gradient: Tensor;
  /**
   * How far away the boundary is on either side, in the threat's norm: inside the box, or, where the box ends before it, as if there
   * were none; not finite where nothing says.
   */
  readonly distance: Float32Array;
  /** Where the box ends before the boundary. */
  readonly outside: readonly boolean[];
  /** What the model gives at the points; owned by the caller. */
  readonly output: Tensor;
}

/** How much of a gap may be left by rounding where a step ends on its boundary, as a share of the gap. */
const LEFT = 1e-3;

/** How far away boundaries are inside the box, and which of them it ends before. */
function inBox(task: SearchTask, at: Tensor, gap: Float32Array, gradient: Tensor, distance: Float32Array) {
  if (!task.threat.box) return { distance, outside: Array<boolean>(gap.length).fill(false) };
  const finite = gap.map((value, row) => (distance[row] < Infinity ? value : 0));
  const step = stepToBoundary(task, at, finite, gradient);
  const [risen, sizes] = [rowDots(step, gradient), tidy(() => task.threat.norm.size(step).dataSync<'float32'>())];
  step.dispose();
  const outside = Array.from(finite, (value, row) => Math.abs(value + risen[row]) > LEFT * Math.abs(value));
  return { distance: distance.map((far, row) => (outside[row] || !(far < Infinity) ? far : sizes[row])), outside };
}

/** The boundary towards the task's rivals, or towards the strongest. */
function towards(task: SearchTask, at: Tensor): Boundary {
  const { model, threat, labels } = task;
  const { gradient, output: kept, loss } = inputGradient(model, at, labels, raised(task, margin));
  const free = restrict(threat, gradient);
  const gap = loss.dataSync<'float32'>().slice();
  const slopes = tidy(() => threat.norm.dual.size(free).dataSync<'float32'>());
  const output = kept.clone(); // no tidy would dispose of what is kept
  for (const tensor of [gradient, loss, kept]) tensor.dispose();
  const distance = gap.map((value, row) => (slopes[row] < Infinity ? Math.abs(value) / slopes[row] : Number.NaN));
  return { gap, gradient: free, ...inBox(task, at, gap, free, distance), output };
}

/** Which boundaries come first, whatever their distance: those inside the box, then those beyond it, then those of which nothing is known. */
const rankOf = ({ distance, outside }: Boundary, row: number): number =>
  distance[row] < Infinity ? Number(outside[row]) : 2;

/** For each example the nearer of two boundaries of the same rank, or the one that comes first; both are disposed. */
function nearer(a: Boundary, b: Boundary): Boundary {
  const rows = [...a.gap.keys()].filter((row) => {
    const [own, other] = [rankOf(a, row), rankOf(b, row)];
    return own === other ? b.distance[row] < a.distance[row] : other < own;
  });
  const taken = takeRows(b.gradient, rows);
  const gradient = replaceRows(a.gradient, rows, taken);
  for (const tensor of [taken, a.gradient, b.gradient, b.output]) tensor.dispose();
  const [gap, distance, outside] = [a.gap.slice(), a.distance.slice(), a.outside.slice()];
  for (const row of rows) [gap[row], distance[row], outside[row]] = [b.gap[row], b.distance[row], b.outside[row]];
  return { gap, gradient, distance, outside, output: a.output };
}

/** Where there is no gradient, a boundary in a random direction at some distance. */
function mended(task: SearchTask, boundary: Boundary, flat: readonly number[], draw: number | string): Boundary {
  const { threat, keys } = task;
  const own = flat.map((row) => keys[row].child('flat', draw));
  const random = tidy(() => restrict(threat, normalRows(own, boundary.gradient.shape.slice(1))));
  const slopes = tidy(() => threat.norm.dual.size(random).dataSync<'float32'>());
  const gradient = replaceRows(boundary.gradient, flat, random);
  for (const tensor of [random, boundary.gradient]) tensor.dispose();
  const [gap, distance] = [boundary.gap.slice(), boundary.distance.slice()];
  for (const [at, row] of flat.entries()) {
    distance[row] = someDistance(task, row);
    gap[row] = -distance[row] * slopes[at];
  }
  return { ...boundary, gap, gradient, distance };
}

/**
 * The wrong classes with the largest logits, the strongest of all examples first; none where the margin's boundary is the only
 * one that counts: for scores and two classes. Undefined where that is known without asking the model: for targets, goals that are
 * functions, and rivals that the caller chose.
 */
function strongestRivals(
  { model, labels, targeted, goal, rivals }: SearchTask,
  at: Tensor,
  most: number,
): number[][] | undefined {
  if (most < 2 || targeted || goal || rivals) return undefined;
  return tidy(() => {
    const output = model(at);
    const classes = output.shape[1] ?? 2;
    if (classes === 2) return [];
    const logits = output.dataSync<'float32'>();
    const ranked = Array.from(labels.dataSync(), (label, row) =>
      [...Array(classes).keys()]
        .filter((k) => k !== label)
        .sort((a, b) => logits[row * classes + b] - logits[row * classes + a]),
    );
    return Array.from({ length: Math.min(most, classes - 1) }, (_, nth) => ranked.map((row) => row[nth]));
  });
}

/**
 * The nearest boundary of each example as its gradients show it, with one pass forward and back for each rival class.
 *
 * Where all gradients are zero or not finite the chase books it, and a boundary in a random direction stands in.
 *
 * @param chase - The examples; gradient evaluations are booked there.
 * @param at - The points [batch, ...].
 * @param draw - The name under which keys draw here.
 * @param most - The rivals looked at, those with the largest logits. Default: the strongest alone.
 * @returns See {@link Boundary}.
 */
export function boundaryAt(chase: Chase, at: Tensor, draw: number | string, most = 1): Boundary {
  const { task } = chase;
  const seen = strongestRivals(task, at, most);
  const rivals = seen ?? [];
  const nearest =
    rivals.length > 0 ? rivals.map((own) => towards({ ...task, rivals: own }, at)).reduce(nearer) : towards(task, at);
  const flat = [...nearest.distance.keys()].filter((row) => !(nearest.distance[row] < Infinity));
  for (const row of nearest.distance.keys())
    chase.spend(row, { gradients: Math.max(rivals.length, 1), queries: seen ? 1 : 0, flat: flat.includes(row) });
  return flat.length === 0 ? nearest : mended(task, nearest, flat, draw);
}

/**
 * The smallest step from some points that ends on their boundaries, inside the box and under the mask.
 *
 * @param task - Gives norm and box.
 * @param at - The points [batch, ...].
 * @param gap - How far each example is past its boundary.
 * @param gradient - Gradient of the gap [batch, ...].
 * @returns Steps [batch, ...], owned by the caller.
 */
export function stepToBoundary(
  { threat: { norm, box } }: SearchTask,
  at: Tensor,
  gap: ArrayLike<number>,
  gradient: Tensor,
): Tensor {
  return tidy(() => {
    const bounds = box && { low: sub(box.low, at), high: sub(box.high, at) };
    return norm.reach(gradient, tensor1d(Float32Array.from(gap, (value) => -value)), bounds);
  });
}
