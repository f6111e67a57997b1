import type { LoopOptions, Params } from '@advml/core';
import { lowRank, randomDirections, randomSubspace } from '@advml/networks';
import { chain, scaleFactors } from '@advml/optimizers';
import { owning, trainPlainly } from '@advml/runs';
import { adversarialPhase, descent } from '../training/phases.ts';
import type { LowRankWorld } from './setting.ts';

/** What adversarial training may change: all weights, or only an update of some rank, trained or in a random subspace. */
export type Restriction = { readonly kind: 'full' } | { readonly kind: 'rank' | 'random'; readonly rank: number };

/** The weights that get an update. */
const ONLY = ['weight'];

/**
 * Adversarial training from w within a restriction. All see the same batches at the same rate: in each, a step is that of full
 * training as far as the restriction lets it through.
 *
 * @param world - The run of this part.
 * @param clean - w, in the dictionary's coordinates; not disposed.
 * @param restriction - What may change.
 * @param loop - Progress over the steps, and abort.
 * @returns All parameters of the network, owned by the caller.
 */
export function trainRestricted(
  world: LowRankWorld,
  clean: Params,
  restriction: Restriction,
  loop: LoopOptions,
): Promise<Params> {
  const key = world.root.child('low rank');
  const phase = adversarialPhase(world, key);
  if (restriction.kind === 'full') return trainPlainly(phase, clean, loop);
  const { kind, rank } = restriction;
  const descend = descent(world.setting.adversarial);
  return owning(async (own) => {
    const start = key.child(kind, rank);
    const options = { rank, only: ONLY };
    const network =
      kind === 'rank'
        ? lowRank(world.network, clean, options)
        : randomSubspace(world.network, clean, own(randomDirections(clean, options, start)));
    const optimizer = kind === 'rank' ? chain(scaleFactors(ONLY), descend) : descend;
    const params = own(network.init(start));
    return network.merge(own(await trainPlainly({ ...phase, network, optimizer }, params, loop)));
  });
}
