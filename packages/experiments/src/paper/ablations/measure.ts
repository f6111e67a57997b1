import type { LoopOptions, Params } from '@advml/core';
import { clopperPearson } from '@advml/metrics';
import { featureMass, rowCosines } from '@advml/purification';
import { owning } from '@advml/runs';
import { abs, greater, matMul, max, sum, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { believedAccuraciesOf } from '../accuracies.ts';
import { freshExamples } from '../examples.ts';
import type { NetworkMeasures } from './measures.ts';
import type { AblationsWorld } from './setting.ts';

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
  world: AblationsWorld,
  params: Params,
  initial: Params,
  loop: LoopOptions,
): Promise<NetworkMeasures> {
  const { setting, data, root } = world;
  const weight = params.weight as Tensor2D;
  return owning(async (own) => {
    const { x, y } = own(freshExamples(world, setting.ablations.examples));
    const key = root.child('attack', 'fresh');
    return {
      ...(await believedAccuraciesOf(world, params, { x, y }, { key, ...loop })),
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
