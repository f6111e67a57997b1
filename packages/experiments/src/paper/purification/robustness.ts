import { denseMixture } from '@advml/attacks';
import { type Batch, ball, classifier, type LoopOptions, l2, type Params } from '@advml/core';
import { cleanAccuracy, type Proportion, robustAccuracy } from '@advml/metrics';
import { type AttackedPart, attackPart, joinParts } from '../../shared/accuracies.ts';
import { paperBattery } from '../battery.ts';
import type { PaperWorld } from '../world.ts';
import type { Robustness } from './measures.ts';
import type { TestPart, TestSet } from './test-sets.ts';

/** How many examples of a part of a test set the battery does not break. */
export interface Attacked extends AttackedPart {
  /** The set that the part belongs to. */
  readonly set: TestSet;
}

/**
 * Attacks a part of the test examples.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param batch - The examples of the part.
 * @param part - The part.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export async function attackTestPart(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  batch: Batch,
  { set, indices }: TestPart,
  loop: LoopOptions,
): Promise<Attacked> {
  const { steps, restarts, batch: batchSize } = setting.evaluation;
  const battery = paperBattery({ threat: ball(l2, setting.tau), steps, restarts, network, params, data });
  const options = { key: root.child('attack', set), indices, batchSize, ...loop };
  return { set, ...(await attackPart(classifier(network, params), batch, battery, options)) };
}

/**
 * Accuracies of a network: without attack, under the dense mixture, and what the attacked parts add up to.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param fresh - All fresh examples.
 * @param parts - The attacked parts of every test set.
 * @param loop - Abort.
 * @returns Plain numbers.
 */
export async function measureRobustness(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  fresh: Batch,
  parts: readonly Attacked[],
  { signal }: LoopOptions,
): Promise<Robustness> {
  const model = classifier(network, params);
  const mixture = denseMixture({ threat: ball(l2, setting.tau), direction: data.mixture });
  const loop = { batchSize: setting.evaluation.batch, signal };
  const robustOn = (set: TestSet): Proportion => joinParts(parts.filter((part) => part.set === set));
  return {
    clean: await cleanAccuracy(model, fresh, loop),
    mixture: (await robustAccuracy(model, fresh, mixture, { key: root.child('attack', 'mixture'), ...loop })).accuracy,
    robust: robustOn('fresh'),
    robustOnTraining: robustOn('seen'),
    robustOfAnyMargin: robustOn('anyMargin'),
    attack: parts[0].attack,
  };
}
