import { summarize } from '@advml/core';
import { decompose, layerRows, type Weights } from '@advml/purification';
import { list, positive } from '@advml/runs';
import type { Accuracies } from '../accuracies.ts';
import { neuronsThatCount, placeOf } from '../neurons-that-count.ts';

/** How much of one layer of w is left. */
export interface LayerLeft {
  /** Name of the weight. */
  readonly name: string;
  /** Median cosine of its neurons with those of w. */
  readonly cosine: number;
  /** Share of its neurons with a cosine above 0.707. */
  readonly share: number;
}

/** Weights on the way from w to w'. */
export interface PathPoint extends Accuracies {
  /** Steps of adversarial training behind them. */
  readonly step: number;
  /** The layers, from the input on. */
  readonly layers: readonly LayerLeft[];
}

/** The way from w to w'. */
export interface PurificationPath {
  /** Its points in the order of steps: w first, w' last. */
  readonly points: readonly PathPoint[];
  /** What to compare with, by name of the weight: the median cosine with the nearest neuron that is no continuation of w. */
  readonly nearest?: Readonly<Record<string, number>>;
}

/** The setting of the shares of training at which weights are kept, each once in ascending order. */
export const sharesField = list(positive.lt(1)).transform((shares) => [...new Set(shares)].sort((a, b) => a - b));

/**
 * The step at a share of a training.
 *
 * @param share - From 0 to 1.
 * @param steps - Steps of the training.
 * @returns The nearest step that is not the first weights.
 */
export const stepAt = (share: number, steps: number): number => Math.max(1, Math.round(share * steps));

/**
 * How much of every layer of w is left in other weights.
 *
 * @param w - Where training began.
 * @param now - Where it is.
 * @param only - Names of the weights.
 * @param neurons - Which neurons are looked at: all, or those that {@link neuronsThatCount} leaves.
 * @returns The layers, in that order.
 */
export function layersLeft(
  w: Weights,
  now: Weights,
  only: readonly string[],
  neurons: 'all' | 'that count',
): readonly LayerLeft[] {
  const [before, after] = [layerRows(w, only), layerRows(now, only)];
  return only.map((name) => {
    const decomposition = decompose(before[name], after[name]);
    const place = neurons === 'all' ? 'output' : placeOf(only, name);
    const cosines = neuronsThatCount(decomposition, place).map((neuron) => decomposition.cosine[neuron]);
    const share = cosines.filter((one) => one > Math.SQRT1_2).length / cosines.length;
    return { name, cosine: summarize(cosines.filter(Number.isFinite)).median, share };
  });
}

/**
 * How paths were measured.
 *
 * @param paths - Each by an attack in its own norm, on as many examples.
 * @returns Words for a note.
 */
export function attackedBy(paths: readonly PurificationPath[]): string {
  const attacks = new Set(paths.map(({ points }) => points[0].attack));
  return `${paths[0].points[0].robust.trials} examples, attack: ${[...attacks].join(' and ')}`;
}

/**
 * Points in the order of their steps, of each step one: in a short training several shares fall on one step.
 *
 * @param points - The points.
 * @returns The path's points.
 */
export function inOrderOfSteps(points: readonly PathPoint[]): readonly PathPoint[] {
  const byStep = new Map(points.map((point) => [point.step, point]));
  return [...byStep.values()].sort((a, b) => a.step - b.step);
}

/**
 * Share of neurons above 0.707 in the layer that has fewest.
 *
 * @param point - A point of the path.
 * @returns A share.
 */
export const leastShare = ({ layers }: PathPoint): number => Math.min(...layers.map(({ share }) => share));

/**
 * The last point at which more than half of every layer is still w's.
 *
 * @param path - The path.
 * @returns The point; w itself if there is no later one.
 */
export const lastPurified = ({ points }: PurificationPath): PathPoint =>
  points.findLast((point) => leastShare(point) > 0.5) ?? points[0];

/**
 * How much of what training gains in robust accuracy is there at a point.
 *
 * @param path - The path.
 * @param point - One of its points.
 * @returns Its gain over w as a share of that of w'; undefined if w' gained nothing.
 */
export function shareOfGain({ points }: PurificationPath, { robust }: PathPoint): number | undefined {
  const [first, last] = [points[0], points[points.length - 1]];
  const gain = last.robust.value - first.robust.value;
  return gain > 0 ? (robust.value - first.robust.value) / gain : undefined;
}
