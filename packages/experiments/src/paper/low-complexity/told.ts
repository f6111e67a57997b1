import type { Classifier, LoopOptions } from '@advml/core';
import { sparseCoding } from '@advml/data';
import { owning } from '@advml/runs';
import { mul, scalar, square, sum, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { ascending } from '../../shared/low-rank.ts';
import { LARGEST_DIMENSION } from '../limits.ts';
import type { ToldResult } from './measures.ts';
import type { LowComplexitySetting, LowComplexityWorld } from './setting.ts';
import { attackLinear, attackModel } from './withstood.ts';

/**
 * The multiples of k and d at which models that are told the features are measured.
 *
 * @param setting - A complete setting.
 * @returns Those of the setting whose d a run may have, ascending, each once.
 */
export function multiplesOf({ data, lowComplexity: { multiples } }: LowComplexitySetting): readonly number[] {
  return ascending(multiples.filter((multiple) => multiple * data.dimension <= LARGEST_DIMENSION));
}

/**
 * The run where k is a multiple of its own, with d/k as it is and tau the same share of a feature's size, 1/sqrt(k). Its dictionary is the
 * identity, as examples are looked at in the dictionary's coordinates.
 *
 * @param world - The run.
 * @param multiple - What k and d are multiplied by.
 * @returns A world with randomness of its own; its network is that of the run.
 */
export function grownWorld({ setting: main, root: of, network }: LowComplexityWorld, multiple: number) {
  const { dimension, active } = main.data;
  const data = {
    ...main.data,
    dimension: dimension * multiple,
    active: active * multiple,
    dictionary: 'identity',
  } as const;
  const root = of.child('low complexity', 'told', multiple);
  const setting = { ...main, tau: main.tau / Math.sqrt(multiple), data };
  return { setting, root, network, data: sparseCoding({ ...data, key: root.child('data') }) };
}

/** What the models are called. */
export const toldModels = ['vote of the features', 'vote of their cubes'] as const;

/** The vote of the cubes of the features, `sum_j w*_j <M_j, x>^3`, in the dictionary's coordinates. */
const voteOfCubes =
  (wStar: Tensor): Classifier =>
  (x) =>
    tidy(() => sum(mul(mul(x, square(x)), wStar), 1)); // [batch]

/**
 * Attacks models that nobody trains: they are told the features and let them, or their cubes, vote.
 *
 * The theorem is about every polynomial of low degree, however it was found, where k grows with d. A cube is flat at zero, where the
 * attacker works, and treats coordinates of one size alike: active ones are 1/sqrt(k) or, rarely, 1 in size.
 *
 * @param main - The run.
 * @param multiple - What its k and d are multiplied by.
 * @param loop - Progress over the attacked examples, and abort.
 * @returns One result a model.
 */
export function measureTold(
  main: LowComplexityWorld,
  multiple: number,
  loop: LoopOptions,
): Promise<readonly ToldResult[]> {
  const world = grownWorld(main, multiple);
  const { tau, data } = world.setting;
  const at = { active: data.active, dimension: data.dimension, tau };
  return owning(async (own) => {
    const { linear, constant } = own({ linear: tensor1d(world.data.wStar), constant: scalar(0) });
    const features = attackLinear(world, { linear, constant });
    const cubes = await attackModel(world, voteOfCubes(linear), undefined, loop);
    return [features, cubes].map((withstood, which) => ({ model: toldModels[which], ...at, ...withstood }));
  });
}
