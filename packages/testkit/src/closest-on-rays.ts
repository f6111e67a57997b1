import type { StrictNorm } from '@advml/core';
import { outputsFor, type ReluLayers } from './relu-layers.ts';

const sizes = {
  l1: (v: readonly number[]) => v.reduce((sum, value) => sum + Math.abs(value), 0),
  l2: (v: readonly number[]) => Math.hypot(...v),
  linf: (v: readonly number[]) => Math.max(...v.map(Math.abs)),
};

/** Cells along an edge of the cube of rays, by the number of entries. */
const CELLS = { 2: 180, 3: 32 };
/** Rays that are looked at more closely, how many cells apart, how often, and on how many finer cells a side. */
const [KEPT, APART, ROUNDS, FINE] = [6, 3, 7, 8];

/** A ray by its place on a face of the cube [-1, 1]^d, whose direction `axis` is +-1. */
interface Ray {
  readonly axis: number;
  readonly side: number;
  readonly at: readonly number[];
}

const directionOf = ({ axis, side, at }: Ray): number[] => at.toSpliced(axis, 0, side);

/** All points of a grid in a cube of the given half width. */
function grid(centre: readonly number[], half: number, cells: number): number[][] {
  return centre.reduce<number[][]>(
    (points, value) =>
      points.flatMap((point) =>
        Array.from({ length: cells + 1 }, (_, at) => [
          ...point,
          Math.min(Math.max(value + half * ((2 * at) / cells - 1), -1), 1),
        ]),
      ),
    [[]],
  );
}

/** The hidden neurons before their threshold on the line `x + t u`: their value at x, and its slope. */
export function along({ inputs, hidden, first, bias }: ReluLayers, x: readonly number[], u: readonly number[]) {
  const [start, slope] = [new Float64Array(hidden), new Float64Array(hidden)];
  for (let neuron = 0; neuron < hidden; neuron++) {
    start[neuron] = bias[neuron];
    for (let entry = 0; entry < inputs; entry++) {
      start[neuron] += first[entry * hidden + neuron] * x[entry];
      slope[neuron] += first[entry * hidden + neuron] * u[entry];
    }
  }
  return { start, slope };
}

/** Where, on the way from x along u, another class first is as strong as the label, or the score changes its sign. */
function firstCrossing(net: ReluLayers, x: readonly number[], y: number, u: readonly number[]): number {
  const { start, slope } = along(net, x, u);
  const knots = Array.from(start, (value, neuron) => -value / slope[neuron]).filter((t) => t > 0 && t < Infinity);
  const gapsAt = (t: number): number[] => {
    const out = outputsFor(
      net,
      start.map((value, neuron) => value + t * slope[neuron]),
    );
    return net.outputs === 1 ? [y * out[0]] : out.filter((_, k) => k !== y).map((value) => out[y] - value);
  };
  let [from, before] = [0, gapsAt(0)];
  for (const knot of knots.sort((a, b) => a - b)) {
    const gaps = gapsAt(knot);
    const met = gaps.map((gap, k) => (gap <= 0 ? from + ((knot - from) * before[k]) / (before[k] - gap) : Infinity));
    if (Math.min(...met) < Infinity) return Math.min(...met);
    [from, before] = [knot, gaps];
  }
  const beyond = gapsAt(from + 1);
  return Math.min(...beyond.map((gap, k) => (gap < before[k] ? from + before[k] / (before[k] - gap) : Infinity)));
}

/**
 * Size of the smallest change of an input with two or three entries that a small ReLU network gets wrong: rays in all
 * directions, on each of which the network is a known broken line, and ever finer ones around the best.
 *
 * @param net - The network.
 * @param x - The input, two or three numbers, which the network gets right.
 * @param y - Its label: -1 or 1 for a score, else a class.
 * @param norm - The norm in which closeness is measured.
 * @returns The size, never too small; infinite where nothing was found.
 */
export function closestOnRays(net: ReluLayers, x: readonly number[], y: number, norm: StrictNorm): number {
  const size = sizes[norm.name];
  const distance = (ray: Ray) => {
    const u = directionOf(ray);
    return firstCrossing(net, x, y, u) * size(u);
  };
  const cells = CELLS[x.length as keyof typeof CELLS];
  const rays = x.flatMap((_, axis) =>
    [-1, 1].flatMap((side) => grid(Array(x.length - 1).fill(0), 1, cells).map((at): Ray => ({ axis, side, at }))),
  );
  const best: { ray: Ray; found: number }[] = [];
  const ranked = rays.map((ray) => ({ ray, found: distance(ray) })).sort((a, b) => a.found - b.found);
  const near = (a: Ray, b: Ray) =>
    a.axis === b.axis &&
    a.side === b.side &&
    a.at.every((value, at) => Math.abs(value - b.at[at]) < (2 * APART) / cells);
  for (const one of ranked) {
    if (best.length === KEPT) break;
    if (!best.some(({ ray }) => near(ray, one.ray))) best.push(one);
  }
  const finest = best.map(({ ray, found }) => {
    let [centre, least] = [ray, found];
    for (let round = 0, half = 2 / cells; round < ROUNDS; round++, half /= FINE / 2) {
      for (const at of grid(centre.at, half, FINE)) {
        const next = distance({ ...ray, at });
        if (next < least) [centre, least] = [{ ...ray, at }, next];
      }
    }
    return least;
  });
  return Math.min(...finest);
}
