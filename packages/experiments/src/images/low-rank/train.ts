import { type Key, matrixShape, type Params } from '@advml/core';
import { lowRank } from '@advml/networks';
import type { StageContext } from '@advml/runs';
import { type Own, owning, trainResumably } from '@advml/runs';
import { adversarialPhase } from '../training/phases.ts';
import { threatOf } from '../world.ts';
import { rankOf } from './ranks.ts';
import type { LowRankWorld } from './setting.ts';

/** What {@link trainUpdate} trains. */
interface UpdateTraining {
  /** Its name in checkpoints. */
  readonly name: string;
  /** Rank of the update of every layer, as a share of its full one. Default: all weights are trained themselves. */
  readonly share?: number;
}

/** w with an update of low rank in each layer for which that is less than the full rank; what else there is is trained itself. */
function updated({ network, weights }: LowRankWorld, clean: Params, share: number) {
  const ranks = weights.flatMap((name) => {
    const side = Math.min(...matrixShape(name, clean[name].shape));
    return rankOf(share, side) < side ? [[name, rankOf(share, side)] as const] : [];
  });
  const only = ranks.map(([name]) => name);
  const train = Object.keys(clean).filter((name) => !only.includes(name) && !network.state?.includes(name));
  return only.length > 0 ? lowRank(network, clean, { rank: Object.fromEntries(ranks), only, train }) : undefined;
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
  { name, share }: UpdateTraining,
): Promise<Params> {
  const { setting, root } = world;
  const { epochs } = setting.lowRank;
  const key: Key = root.child('low-rank', name);
  const restricted = share === undefined ? undefined : updated(world, clean, share);
  const phase = adversarialPhase(world, key, threatOf(setting.threats[0]), { network: restricted, epochs });
  const { checkpointEvery } = setting;
  if (!restricted) return trainResumably(context, { name, phase, start: clean, checkpointEvery });
  return owning(async (own: Own) => {
    const start = own(restricted.init(key.child('init')));
    return restricted.merge(own(await trainResumably(context, { name, phase, start, checkpointEvery })));
  });
}
