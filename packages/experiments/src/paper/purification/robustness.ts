import { denseMixture } from '@advml/attacks';
import { type Batch, ball, classifier, type LoopOptions, l2, type Params } from '@advml/core';
import { cleanAccuracy, type Proportion, robustAccuracy } from '@advml/metrics';
import { type AttackedSlice, attackSlice, joinSlices } from '../../shared/accuracies.ts';
import { paperBattery } from '../battery.ts';
import type { PaperWorld } from '../world.ts';
import type { Robustness } from './measures.ts';
import type { TestSet, TestSlice } from './test-sets.ts';

/** How many examples of a slice of a test set the battery does not break. */
export interface Attacked extends AttackedSlice {
  /** The set that the slice belongs to. */
  readonly set: TestSet;
}

/**
 * Attacks a slice of the test examples.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param batch - The examples of the slice.
 * @param slice - The slice.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export async function attackTestSlice(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  batch: Batch,
  { set, indices }: TestSlice,
  loop: LoopOptions,
): Promise<Attacked> {
  const { steps, restarts, batch: batchSize } = setting.evaluation;
  const battery = paperBattery({ threat: ball(l2, setting.tau), steps, restarts, network, params, data });
  const options = { key: root.child('attack', set), indices, batchSize, ...loop };
  return { set, ...(await attackSlice(classifier(network, params), batch, battery, options)) };
}

/**
 * Accuracies of a network: without attack, under the dense mixture, and what the attacked slices add up to.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param fresh - All fresh examples.
 * @param slices - The attacked slices of every test set.
 * @param loop - Abort.
 * @returns Plain numbers.
 */
export async function measureRobustness(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  fresh: Batch,
  slices: readonly Attacked[],
  { signal }: LoopOptions,
): Promise<Robustness> {
  const model = classifier(network, params);
  const mixture = denseMixture({ threat: ball(l2, setting.tau), direction: data.mixture });
  const loop = { batchSize: setting.evaluation.batch, signal };
  const robustOn = (set: TestSet): Proportion => joinSlices(slices.filter((slice) => slice.set === set));
  return {
    clean: await cleanAccuracy(model, fresh, loop),
    mixture: (await robustAccuracy(model, fresh, mixture, { key: root.child('attack', 'mixture'), ...loop })).accuracy,
    robust: robustOn('fresh'),
    robustOnTraining: robustOn('seen'),
    robustOfAnyMargin: robustOn('anyMargin'),
    attack: slices[0].attack,
  };
}
