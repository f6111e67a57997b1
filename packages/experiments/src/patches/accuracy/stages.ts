import { type Batch, classifier, type LoopOptions, type Params } from '@advml/core';
import { keptMeasure, type Own, type RunStore, type Stage } from '@advml/runs';
import { slice, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { believedUnder } from '../../shared/accuracies.ts';
import { measureCurve } from '../../shared/curve.ts';
import { attackMembers, judgingAttack } from '../attacks.ts';
import { ofNetworks } from '../network-stage.ts';
import { type TrainedName, trainedNetworks } from '../networks.ts';
import { freshExamples, type PatchesWorld } from '../world.ts';
import { accuracyAlong } from './along.ts';
import type { AccuracyMeasures, Judged } from './measures.ts';

/** Radii of the curves, as multiples of the radius that is judged. */
const CURVE = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5];

/**
 * What the measurement of a network is called.
 *
 * @param network - The network.
 * @returns Name of the stage and its file.
 */
export const nameOf = (network: TrainedName): string => `accuracy/${network}`;

const firstOf = ({ x, y }: Batch, count: number): Batch =>
  tidy(() => ({ x: slice(x, 0, count), y: slice(y, 0, count) as Tensor1D }));

async function judge(world: PatchesWorld, params: Params, own: Own, loop: LoopOptions): Promise<Judged> {
  const { setting, network, data, threat, root } = world;
  const { examples, curveExamples, batch: batchSize } = setting.evaluation;
  const fresh = own(freshExamples(world, examples));
  const model = classifier(network, params);
  const options = { key: root.child('attack'), batchSize, ...loop };
  const attack = judgingAttack(threat, setting.evaluation);
  const { points } = await measureCurve(model, own(firstOf(fresh, curveExamples)), {
    threat,
    multiples: CURVE,
    attack: (at) => judgingAttack(at, { ...setting.evaluation, restarts: 1 }),
    ...options,
  });
  return {
    ...(await believedUnder(model, fresh, attack, attackMembers(setting.evaluation), options)),
    along: {
      robust: accuracyAlong(model, data, fresh, 'robust', threat.eps),
      nonRobust: accuracyAlong(model, data, fresh, 'nonRobust', threat.eps),
    },
    curve: points,
  };
}

/**
 * The trained networks with and without an attacker.
 *
 * @param world - Gives the run's data model and network.
 * @returns The stages.
 */
export function accuracyStages(world: () => PatchesWorld): readonly Stage[] {
  return trainedNetworks.map((network) =>
    ofNetworks(nameOf(network), [network], world, ({ world: here, params, own, loop }) =>
      judge(here, params[network], own, loop),
    ),
  );
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function accuracyMeasures(store: RunStore): Promise<AccuracyMeasures> {
  const [clean, robust, scratch, frozen] = await Promise.all(
    trainedNetworks.map((network) => keptMeasure<Judged>(store, nameOf(network))),
  );
  return { clean, robust, scratch, frozen };
}
