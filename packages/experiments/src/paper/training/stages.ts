import { InputError, type Params } from '@advml/core';
import type { Choice, Stage } from '@advml/runs';
import { isChosen, keptWeights, owning, trainLogged, weightsStage } from '@advml/runs';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { keepOnTheWay } from '../../shared/path/keep.ts';
import { madeBy, waypoint } from '../networks.ts';
import type { PathSetting } from '../path/setting.ts';
import { type PaperWorld, toCoefficients, toInputs } from '../world.ts';
import { phasesOf } from './phases.ts';
import { weightRecord } from './weight-record.ts';

/**
 * Refuses weights that training has driven to zero: nothing can be measured on them.
 *
 * @param params - What a training ended with.
 * @param phase - Name of the training, whose section of the setting has its rate.
 * @param decay - The setting of its regularizer.
 * @returns The parameters.
 * @throws InputError if all weights are zero.
 */
export function requireAlive(params: Params, phase: string, decay = `${phase}.decay`): Params {
  if (params.weight.dataSync().some((value) => value !== 0)) return params;
  throw new InputError(
    `${phase} training left every weight at zero; lower ${decay} or ${phase}.rate, or raise network.initialDeviation`,
  );
}

/**
 * Initialization, clean training, and adversarial training from there.
 *
 * @param world - Gives the run's data model and network.
 * @param setting - A complete setting.
 * @returns The stages, each of which needs the one before: no two of them write the log at a time.
 */
export function trainingStages(world: () => PaperWorld, setting: Choice & PathSetting): readonly Stage[] {
  const network = () => world().network;
  const shares = isChosen('path', setting) ? setting.path.shares : [];
  const training = (name: 'clean' | 'robust', from: 'init' | 'clean', phase: 'clean' | 'adversarial') => {
    const needs = [...new Set([madeBy.init, madeBy[from]])];
    const way = name === 'robust' ? shares.map((share) => ({ share, weights: waypoint(share) })) : [];
    const also = way.map(({ weights }) => weights);
    return weightsStage({ name: madeBy[name], weights: name, needs, phase, logged: true, also, network }, (context) =>
      owning(async (own) => {
        const here = world();
        const { data } = here;
        const start = async (weights: string) =>
          own(toCoefficients(data, own(await keptWeights(context.store, weights))));
        const [initial, before] = [await start('init'), await start(from)];
        const { checkpointEvery } = here.setting;
        const how = phasesOf(here)[name];
        const { steps } = how;
        const kept = (params: Params) => toInputs(data, params);
        const visit = keepOnTheWay(context.store, way, { steps, network: here.network, kept });
        const training = { name: phase, phase: how, start: before, checkpointEvery, visit };
        const numbersOf = (params: Params) => weightRecord(here, params, initial.weight as Tensor2D);
        const after = own(await trainLogged(context, training, numbersOf));
        return toInputs(data, requireAlive(after, phase));
      }),
    );
  };
  return [
    weightsStage({ name: madeBy.init, weights: 'init', needs: [], network }, async () => {
      const { network, root } = world();
      return network.init(root.child('init'));
    }),
    training('clean', 'init', 'clean'),
    training('robust', 'clean', 'adversarial'),
  ];
}
