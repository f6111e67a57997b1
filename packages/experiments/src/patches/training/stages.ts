import { mapParams, type Params } from '@advml/core';
import { withFixed } from '@advml/networks';
import { keptWeights, owning, type Phase, type Stage, trainLogged, trainResumably, weightsStage } from '@advml/runs';
import { mul } from '@tensorflow/tfjs-core';
import { madeBy, type NetworkName, type TrainedName } from '../networks.ts';
import { FILTERS, type PatchesWorld } from '../world.ts';
import { adversarialPhase, cleanPhase } from './phases.ts';

/** How one network comes from another. */
interface Step {
  readonly to: TrainedName;
  readonly from: NetworkName;
  /** What else must be made before: logged trainings wait for each other. */
  readonly after?: NetworkName;
  phase(world: PatchesWorld): Phase;
}

const adversarial =
  (to: TrainedName) =>
  (world: PatchesWorld): Phase =>
    adversarialPhase(world, world.root.child(to));

const STEPS: readonly Step[] = [
  { to: 'clean', from: 'init', phase: (world) => cleanPhase(world, world.root.child('clean')) },
  { to: 'robust', from: 'clean', phase: adversarial('robust') },
  { to: 'scratch', from: 'init', after: 'robust', phase: adversarial('scratch') },
];

const inFirstLayer = (name: string): boolean => name.startsWith('conv1.');

/** Parameters of the first layer, or of the last. */
const layerOf = (params: Params, first: boolean): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => inFirstLayer(name) === first));

/**
 * Initialization, clean training, adversarial training from there and from the initialization, and adversarial training of the last
 * layer alone, with the filters of the clean network frozen.
 *
 * @param world - Gives the run's data model and network.
 * @returns The stages.
 */
export function trainingStages(world: () => PatchesWorld): readonly Stage[] {
  const network = () => world().network;
  const logged = ({ to, from, after, phase }: Step): Stage => {
    const needs = [madeBy[from], ...(after ? [madeBy[after]] : [])];
    return weightsStage({ name: madeBy[to], weights: to, needs, phase: to, logged: true, network }, (context) =>
      owning(async (own) => {
        const here = world();
        const start = own(await keptWeights(context.store, from));
        const { checkpointEvery } = here.setting;
        return trainLogged(context, { name: to, phase: phase(here), start, checkpointEvery }, () => ({}));
      }),
    );
  };
  const lastLayer = weightsStage(
    { name: madeBy.frozen, weights: 'frozen', needs: [madeBy.clean], phase: 'frozen', network },
    (context) =>
      owning(async (own) => {
        const here = world();
        const clean = own(await keptWeights(context.store, 'clean'));
        const held = layerOf(clean, true);
        const phase = { ...adversarial('frozen')(here), network: withFixed(here.network, held) };
        const { checkpointEvery } = here.setting;
        const start = layerOf(clean, false);
        const trained = await trainResumably(context, { name: 'frozen', phase, start, checkpointEvery });
        return { ...mapParams(held, (tensor) => tensor.clone()), ...trained };
      }),
  );
  return [
    weightsStage({ name: madeBy.init, weights: 'init', needs: [], network }, async () => {
      const { network, root, setting } = world();
      return owning(async (own) =>
        mapParams(own(network.init(root.child('init'))), (tensor, name) =>
          name === FILTERS ? mul(tensor, setting.network.initialScale) : tensor.clone(),
        ),
      );
    }),
    ...STEPS.map(logged),
    lastLayer,
  ];
}
