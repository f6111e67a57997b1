import { type LoopOptions, mapParams, type Params } from '@advml/core';
import { keptMeasure, type RunStore, type Stage } from '@advml/runs';
import { sub, type Tensor2D } from '@tensorflow/tfjs-core';
import type { AtRank, ComparedAccuracies } from '../../shared/low-rank.ts';
import { ofNetworks } from '../network-stage.ts';
import { toCoefficients } from '../world.ts';
import type { LowRankMeasures } from './measures.ts';
import type { LowRankSetting, LowRankWorld } from './setting.ts';
import { measureSpectrum, measureUpdate } from './spectra.ts';
import { type Restriction, trainRestricted } from './train.ts';
import { accuraciesHere, lowRankWorld, trainedRanks } from './world.ts';

const NAMES = { update: 'low-rank/update', cleanChange: 'low-rank/clean-change', clean: 'low-rank/clean' };

const trainingStage = (restriction: Restriction): string =>
  restriction.kind === 'full' ? 'low-rank/full' : `low-rank/${restriction.kind}-${restriction.rank}`;

/**
 * The spectra, and the trainings, which do not depend on each other.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function lowRankStages(world: () => LowRankWorld, setting: LowRankSetting): readonly Stage[] {
  const training = (restriction: Restriction): Stage =>
    ofNetworks(trainingStage(restriction), ['clean'], world, async ({ world: main, params, loop, own }) => {
      const here = lowRankWorld(main);
      const { steps, examples } = setting.lowRank;
      const after = (before: number): LoopOptions => ({
        ...loop,
        onProgress: (done) => loop.onProgress(before + done, steps + examples),
      });
      const clean = own(toCoefficients(main.data, params.clean));
      const trained = own(await trainRestricted(here, clean, restriction, after(0)));
      return accuraciesHere(here, trained, after(steps));
    });
  const ranks = trainedRanks(setting);
  return [
    ofNetworks(NAMES.update, ['clean', 'robust'], world, ({ world: main, params, loop, own }) => {
      const clean = own(toCoefficients(main.data, params.clean));
      const { weight } = own(changeOf(clean, own(toCoefficients(main.data, params.robust))));
      return measureUpdate(lowRankWorld(main), clean, weight as Tensor2D, loop);
    }),
    training({ kind: 'full' }),
    ...ranks.map((rank) => training({ kind: 'rank', rank })),
    ...ranks.map((rank) => training({ kind: 'random', rank })),
    ofNetworks(NAMES.cleanChange, ['init', 'clean'], world, ({ world: { data }, params, loop, own }) => {
      const [before, after] = [params.init, params.clean].map((of) => own(toCoefficients(data, of)));
      return measureSpectrum(own(changeOf(before, after)).weight as Tensor2D, loop);
    }),
    ofNetworks(NAMES.clean, ['clean'], world, ({ params, loop }) =>
      measureSpectrum(params.clean.weight as Tensor2D, loop),
    ),
  ];
}

/** What the weights of one network have more than those of another. */
const changeOf = (before: Params, after: Params): Params =>
  mapParams({ weight: after.weight }, (tensor) => sub(tensor, before.weight));

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function lowRankMeasures(store: RunStore, setting: LowRankSetting): Promise<LowRankMeasures> {
  const ranks = trainedRanks(setting);
  const atRanks = (kind: 'rank' | 'random'): Promise<AtRank[]> =>
    Promise.all(
      ranks.map(async (rank) => ({
        rank,
        ...(await keptMeasure<ComparedAccuracies>(store, trainingStage({ kind, rank }))),
      })),
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
