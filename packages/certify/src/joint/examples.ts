import { InputError, type Norm } from '@advml/core';
import { type Pace, rowProducts } from '@advml/core/internal';
import type { CertifyTask } from '../certifier-of.ts';
import { onceForEach } from './once-for-each.ts';
import type { JointExample } from './search.ts';
import type { Spectrum } from './spectrum.ts';
import type { SpectrumError } from './verified.ts';

/** What a threat of some norm comes to for ridges. */
interface Reach {
  /** Radius of the l2 ball that holds the ball of radius 1. */
  readonly ball: number;
  /** The largest move of each neuron by a perturbation of size 1, [m]: the dual norm of its weights, rounded up. */
  readonly moves: Float64Array;
  /** Sum of the sizes of all neurons' weights. */
  readonly weights: number;
}

const UP = 1 + 4 * Number.EPSILON;

/** Dual norms of a row by the name of the norm. */
const DUAL: Readonly<Record<string, (row: Float64Array) => number>> = {
  l2: (row) => Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)),
  l1: (row) => row.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  linf: (row) => row.reduce((sum, value) => sum + Math.abs(value), 0),
};

const reaches = new WeakMap<Spectrum, Map<string, Reach>>();

/**
 * How far perturbations of a norm reach; found once for a spectrum.
 *
 * @param spectrum - Of the weights.
 * @param norm - l1, l2 or linf.
 * @returns See {@link Reach}.
 * @throws InputError if the norm is another.
 */
export function reachOf(spectrum: Spectrum, { name }: Norm): Reach {
  const ofNorms = reaches.get(spectrum) ?? new Map<string, Reach>();
  const reach = ofNorms.get(name) ?? measuredReach(spectrum, name);
  reaches.set(spectrum, ofNorms.set(name, reach));
  return reach;
}

function measuredReach({ weight, neurons, inputs }: Spectrum, name: string): Reach {
  const dual = Object.hasOwn(DUAL, name) ? DUAL[name] : undefined;
  if (!dual) throw new InputError(`jointBound does l1, l2 and linf, got the norm ${name}; take crown or intervalBound`);
  const outward = UP + inputs * Number.EPSILON;
  const each = (size: (row: Float64Array) => number) =>
    Float64Array.from({ length: neurons }, (_, i) => size(weight.subarray(i * inputs, (i + 1) * inputs)) * outward);
  return {
    ball: name === 'linf' ? Math.sqrt(inputs) * UP : 1,
    moves: each(dual),
    weights: each(DUAL.l2).reduce((sum, length) => sum + length, 0),
  };
}

/**
 * The examples of a task, turned so that their labels are positive: the network is odd.
 *
 * @param task - Inputs [batch, d], labels -1 or 1, radii.
 * @param spectrum - Of the weights.
 * @param reach - Of the threat's norm.
 * @param error - How far the spectrum may be off.
 * @param pace - Awaited as the work goes on.
 * @returns The examples.
 */
export async function jointExamples(
  { x, labels, radii }: CertifyTask,
  { neurons, inputs, weight }: Spectrum,
  { ball, moves, weights }: Reach,
  error: SpectrumError,
  pace: Pace,
): Promise<JointExample[]> {
  const turned = Float64Array.from(await x.data());
  for (let at = 0; at < turned.length; at++) turned[at] *= labels[Math.floor(at / inputs)];
  const u = await rowProducts(turned, weight, inputs, pace);
  const ofRadius = onceForEach((radius: number) => {
    const high = moves.map((move) => radius * move * UP);
    const ownBall = radius * ball * UP;
    return {
      moves: { low: high.map((move) => -move), high },
      radius: ownBall,
      reach: ownBall * Math.sqrt(1 + error.basis) * UP,
    };
  });
  return radii.map((radius, at) => {
    const size = DUAL.l2(turned.subarray(at * inputs, (at + 1) * inputs));
    return {
      ...ofRadius(radius),
      u: u.subarray(at * neurons, (at + 1) * neurons),
      roundings: inputs * Number.EPSILON * size * weights,
    };
  });
}
