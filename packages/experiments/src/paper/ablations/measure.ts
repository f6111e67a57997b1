import { ball, classifier, type LoopOptions, l2, type Params } from '@advml/core';
import { clopperPearson, type Proportion, robustAccuracy } from '@advml/metrics';
import { decompose, featureMass, rowCosines } from '@advml/purification';
import { owning } from '@advml/runs';
import { abs, greater, matMul, max, sum, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { paperBattery } from '../battery.ts';
import { freshExamples } from '../test-sets.ts';
import type { PaperWorld } from '../world.ts';

/** What is measured of one network. */
export interface NetworkMeasures {
  /** Share of fresh examples that are classified correctly. */
  readonly clean: Proportion;
  /** Share that the battery does not break. */
  readonly robust: Proportion;
  /** The battery. */
  readonly attack: string;
  /** Share of neurons that at least one of these examples switches on. */
  readonly alive: Proportion;
  /** Mean share of a neuron's square on the dense mixture; null where all weights are zero. */
  readonly mixture: number | null;
  /** Mean |cos| of a neuron with its initialization; null where all weights are zero. */
  readonly withInit: number | null;
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/**
 * Accuracies of a network, and what its neurons are made of.
 *
 * @param world - Its run, in the dictionary's coordinates.
 * @param params - Its parameters in these coordinates.
 * @param initial - Those it had at initialization.
 * @param loop - Progress over the examples, and abort.
 * @returns Plain numbers.
 */
export function measureNetwork(
  world: PaperWorld,
  params: Params,
  initial: Params,
  loop: LoopOptions,
): Promise<NetworkMeasures> {
  const { setting, network, data, root } = world;
  const { steps, restarts, batch: batchSize } = setting.evaluation;
  const weight = params.weight as Tensor2D;
  return owning(async (own) => {
    const { x, y } = own(freshExamples(world, setting.ablations.examples));
    const battery = paperBattery({ threat: ball(l2, setting.tau), steps, restarts, network, params, data });
    const options = { key: root.child('attack', 'fresh'), batchSize, ...loop };
    const { clean, accuracy, attack } = await robustAccuracy(classifier(network, params), { x, y }, battery, options);
    return {
      clean,
      robust: accuracy,
      attack,
      alive: clopperPearson(switchedOn(params, x as Tensor2D), weight.shape[0]),
      mixture: finiteOrNull(featureMass(weight, data.wStar).summary.mixture.mean),
      withInit: finiteOrNull(rowCosines(weight, initial.weight as Tensor2D).size.mean),
    };
  });
}

/** Number of neurons whose pre-activation passes the threshold for at least one of the inputs. */
function switchedOn({ weight, bias }: Params, x: Tensor2D): number {
  return tidy(() => {
    const largest = max(abs(matMul(x, weight as Tensor2D, false, true)), 0); // [m]
    return sum(greater(largest, bias)).dataSync()[0];
  });
}

/**
 * Share of neurons that adversarial training has purified: those with cos(w, w') > 0.707.
 *
 * @param clean - w.
 * @param robust - w'.
 * @returns The share, of all neurons.
 */
export function purifiedShare(clean: Params, robust: Params): Proportion {
  const { cosine } = decompose(clean.weight as Tensor2D, robust.weight as Tensor2D);
  return clopperPearson(cosine.filter((value) => value > Math.SQRT1_2).length, cosine.length);
}
