import { cloneParams, type Network, type Params } from '@advml/core';
import { withFixed } from '@advml/networks';
import { owning, type StageContext, trainResumably } from '@advml/runs';
import { adversarialPhase } from '../training/phases.ts';
import { threatOf } from '../world.ts';
import type { FrozenWorld } from './setting.ts';

/** A network whose normalizations stay as evaluation has them, in training too. */
const asEvaluated = (network: Network): Network => ({
  ...network,
  apply: (params, x) => network.apply(params, x),
});

/** The parameters of the last layer, and all others, which make its features. */
function parted({ weights }: FrozenWorld, params: Params): readonly [last: Params, features: Params] {
  const layer = weights[weights.length - 1].replace(/[^.]*$/, '');
  const those = (isLast: boolean) =>
    Object.fromEntries(Object.entries(params).filter(([name]) => name.startsWith(layer) === isLast));
  return [those(true), those(false)];
}

/**
 * Adversarial training in the first norm of the last layer alone, from the clean weights.
 *
 * @param context - The run.
 * @param world - Its images and network.
 * @param clean - w; not disposed.
 * @param name - Of the training, in checkpoints.
 * @returns All parameters of the network, owned by the caller; those of the features are w's.
 */
export function trainLastLayer(
  context: StageContext,
  world: FrozenWorld,
  clean: Params,
  name: string,
): Promise<Params> {
  const { setting, root } = world;
  const [start, features] = parted(world, clean);
  const network = withFixed(asEvaluated(world.network), features);
  const { epochs } = setting.frozen;
  const phase = adversarialPhase(world, root.child(name), threatOf(setting.threats[0]), { network, epochs });
  const { checkpointEvery } = setting;
  return owning(async (own) => {
    const last = own(await trainResumably(context, { name, phase, start, checkpointEvery }));
    return cloneParams({ ...clean, ...last });
  });
}
