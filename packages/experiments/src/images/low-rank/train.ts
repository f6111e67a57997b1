import { type Key, matrixShape, type Params } from '@advml/core';
import { lowRank } from '@advml/networks';
import type { StageContext } from '@advml/runs';
import { type Own, owning, trainResumably } from '@advml/runs';
import { adversarialPhase } from '../training/phases.ts';
import { threatOf } from '../world.ts';
import type { LowRankWorld } from './setting.ts';

/** What {@link trainUpdate} trains. */
interface UpdateTraining {
  /** Its name in checkpoints. */
  readonly name: string;
  /** Rank of the update of every layer. Default: all weights are trained themselves. */
  readonly rank?: number;
}

/** w with an update of low rank in each layer that has both sides above it; what is smaller, or no matrix, is trained itself. */
function updated({ network, weights }: LowRankWorld, clean: Params, rank: number) {
  const only = weights.filter((name) => Math.min(...matrixShape(name, clean[name].shape)) > rank);
  const others = Object.keys(clean).filter((name) => !only.includes(name) && !network.state?.includes(name));
  return only.length > 0 ? lowRank(network, clean, { rank, only, train: others }) : undefined;
}

/**
 * Adversarial training in the first norm from the clean weights, restricted to updates of low rank or not.
 *
 * @param context - The run.
 * @param world - Its images and network.
 * @param clean - w; not disposed.
 * @param training - See {@link UpdateTraining}.
 * @returns Parameters of the run's network, owned by the caller.
 */
export function trainUpdate(
  context: StageContext,
  world: LowRankWorld,
  clean: Params,
  { name, rank }: UpdateTraining,
): Promise<Params> {
  const { setting, root } = world;
  const { epochs } = setting.lowRank;
  const key: Key = root.child('low-rank', name);
  const restricted = rank === undefined ? undefined : updated(world, clean, rank);
  const phase = adversarialPhase(world, key, threatOf(setting.threats[0]), { network: restricted, epochs });
  const { checkpointEvery } = setting;
  if (!restricted) return trainResumably(context, { name, phase, start: clean, checkpointEvery });
  return owning(async (own: Own) => {
    const start = own(restricted.init(key.child('init')));
    return restricted.merge(own(await trainResumably(context, { name, phase, start, checkpointEvery })));
  });
}
