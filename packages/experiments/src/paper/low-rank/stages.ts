import { mapParams, type Params } from '@advml/core';
import type { RunStore, Stage } from '@advml/runs';
import { keptMeasure, keptWeights, measureStage, type Own, owning } from '@advml/runs';
import { sub, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Accuracies, AtRank } from '../../parts/at-rank.ts';
import type { PaperSetting } from '../setting.ts';
import { madeBy } from '../training-stages.ts';
import { type PaperWorld, toCoefficients } from '../world.ts';
import type { LowRankMeasures } from './measures.ts';
import { measureSpectrum, measureUpdate } from './spectra.ts';
import { type Restriction, trainRestricted } from './train.ts';
import { accuraciesOf, lowRankWorld, ranksOf } from './world.ts';

type Network = keyof typeof madeBy;

const NAMES = { update: 'low-rank/update', cleanChange: 'low-rank/clean-change', clean: 'low-rank/clean' };

const trainingStage = (restriction: Restriction): string =>
  restriction.kind === 'full' ? 'low-rank/full' : `low-rank/${restriction.kind}-${restriction.rank}`;

/** Weights of the main run, in the dictionary's coordinates. */
async function loaded({ data }: PaperWorld, store: RunStore, name: Network, own: Own): Promise<Params> {
  return own(toCoefficients(data, own(await keptWeights(store, name))));
}

/** What one network has more than another. */
async function change(world: PaperWorld, store: RunStore, from: Network, to: Network, own: Own): Promise<Tensor2D> {
  const [before, after] = [await loaded(world, store, from, own), await loaded(world, store, to, own)];
  return own(mapParams({ weight: after.weight }, (tensor) => sub(tensor, before.weight))).weight as Tensor2D;
}

/**
 * The spectra, and the trainings, which do not depend on each other.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function lowRankStages(world: () => PaperWorld, setting: PaperSetting): readonly Stage[] {
  const training = (restriction: Restriction): Stage =>
    measureStage(trainingStage(restriction), [madeBy.clean], ({ store, signal }, onProgress) =>
      owning(async (own): Promise<Accuracies> => {
        const main = world();
        const here = lowRankWorld(main);
        const clean = await loaded(main, store, 'clean', own);
        const total = setting.lowRank.steps + setting.lowRank.examples;
        const first = { signal, onProgress: (done: number) => onProgress(done, total) };
        const trained = own(await trainRestricted(here, clean, restriction, first));
        const then = { signal, onProgress: (done: number) => onProgress(setting.lowRank.steps + done, total) };
        return accuraciesOf(here, trained, then);
      }),
    );
  const ranks = ranksOf(setting.lowRank.ranks, setting);
  return [
    measureStage(NAMES.update, [madeBy.clean, madeBy.robust], ({ store, signal }, onProgress) =>
      owning(async (own) => {
        const [main, loop] = [world(), { signal, onProgress }];
        const clean = await loaded(main, store, 'clean', own);
        return measureUpdate(lowRankWorld(main), clean, await change(main, store, 'clean', 'robust', own), loop);
      }),
    ),
    training({ kind: 'full' }),
    ...ranks.map((rank) => training({ kind: 'rank', rank })),
    ...ranks.map((rank) => training({ kind: 'random', rank })),
    measureStage(NAMES.cleanChange, [madeBy.init, madeBy.clean], ({ store, signal }, onProgress) =>
      owning(async (own) =>
        measureSpectrum(await change(world(), store, 'init', 'clean', own), { signal, onProgress }),
      ),
    ),
    measureStage(NAMES.clean, [madeBy.clean], ({ store, signal }, onProgress) =>
      owning(async (own) => {
        const { weight } = own(await keptWeights(store, 'clean'));
        return measureSpectrum(weight as Tensor2D, { signal, onProgress });
      }),
    ),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function lowRankMeasures(store: RunStore, setting: PaperSetting): Promise<LowRankMeasures> {
  const ranks = ranksOf(setting.lowRank.ranks, setting);
  const atRanks = (kind: 'rank' | 'random'): Promise<AtRank[]> =>
    Promise.all(
      ranks.map(async (rank) => ({ rank, ...(await keptMeasure<Accuracies>(store, trainingStage({ kind, rank }))) })),
    );
  return {
    update: await keptMeasure(store, NAMES.update),
    cleanChange: await keptMeasure(store, NAMES.cleanChange),
    clean: await keptMeasure(store, NAMES.clean),
    trained: await atRanks('rank'),
    random: await atRanks('random'),
    full: await keptMeasure(store, trainingStage({ kind: 'full' })),
  };
}
