import { mapParams, type Params, type Summary, summarize } from '@advml/core';
import { clopperPearson, medianInterval } from '@advml/metrics';
import { decompose, decomposeLayers, type LayerDecomposition, layerRows } from '@advml/purification';
import type { GivenNetworks, RunStore, Stage } from '@advml/runs';
import { keptMeasure } from '@advml/runs';
import { sub } from '@tensorflow/tfjs-core';
import { meanOf } from '../../shared/mean-of.ts';
import { type LayerPlace, neuronsThatCount, placeOf } from '../../shared/neurons-that-count.ts';
import type { MainSetting } from '../main-setting.ts';
import { ofNetworks } from '../network-stage.ts';
import { type NetworkName, robustIn } from '../networks.ts';
import type { ImagesWorld } from '../world.ts';
import type { LayerMeasures, LayersMeasures, NormLayers } from './measures.ts';

const nameOf = (norm: string): string => `layers/neurons-${norm}`;

const aboveBar = (cosines: readonly number[]) =>
  clopperPearson(cosines.filter((cosine) => cosine > Math.SQRT1_2).length, cosines.length);

const inBrief = (values: readonly number[]): Summary => summarize(values.filter(Number.isFinite));

/** Cosines of what two networks have added to their common start, neuron by neuron of every layer. */
function addedOf(
  w0: Params,
  w: Params,
  wPrime: Params,
  { world: { weights }, own }: GivenNetworks<ImagesWorld, NetworkName>,
): Readonly<Record<string, Float64Array>> {
  const since = (params: Params) => layerRows(own(mapParams(params, (tensor, name) => sub(tensor, w0[name]))), weights);
  const [clean, robust] = [since(w), since(wPrime)];
  return Object.fromEntries(weights.map((name) => [name, decompose(clean[name], robust[name]).cosine]));
}

/** Median of by how much cosines are larger than others, neuron by neuron; few neurons say nothing, and cosines differ by 2 at most. */
function largerBy(own: readonly number[], other: readonly number[]): { median: number; low: number; high: number } {
  const differences = own.map((cosine, neuron) => cosine - other[neuron]).filter(Number.isFinite);
  if (differences.length === 0) return { median: 0, low: -2, high: 2 };
  const { median, low, high } = medianInterval(differences);
  return { median, low: Math.max(low, -2), high: Math.min(high, 2) };
}

function described(
  { name, neurons, inputs, decomposition, withInitial, control, random }: LayerDecomposition,
  added: Float64Array,
  place: LayerPlace,
): LayerMeasures {
  const counted = neuronsThatCount(decomposition, place);
  const ofCounted = (values: Float64Array) => counted.map((neuron) => values[neuron]);
  const cosines = ofCounted(decomposition.cosine);
  return {
    name,
    neurons,
    inputs,
    cosine: inBrief(cosines),
    purified: aboveBar(cosines),
    purifiedOfAll: aboveBar(Array.from(decomposition.cosine)),
    beta: inBrief(ofCounted(decomposition.beta)).median,
    ratio: inBrief(ofCounted(decomposition.ratio)).median,
    added: inBrief(ofCounted(added)).median,
    withInit: {
      clean: meanOf(withInitial?.clean.cosine.map(Math.abs) ?? []),
      robust: meanOf(withInitial?.robust.cosine.map(Math.abs) ?? []),
      random: random.mean,
    },
    ...(control && {
      control: {
        cosine: inBrief(ofCounted(control.decomposition.cosine)).median,
        nearest: inBrief(ofCounted(control.best.cosine)),
        nearer: largerBy(cosines, ofCounted(control.best.cosine)),
        purified: aboveBar(ofCounted(control.best.cosine)),
      },
    }),
    cosines: cosines.filter(Number.isFinite),
  };
}

/**
 * What adversarial training made of every layer, in each norm; beside the control in the first, which it was trained in.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function layersStages(world: () => Promise<ImagesWorld>, { threats }: MainSetting): readonly Stage[] {
  return threats.map(({ norm }, at) => {
    const robust = robustIn(norm);
    const networks: NetworkName[] = ['init', 'clean', robust, ...(at === 0 ? ['control-robust' as const] : [])];
    return ofNetworks(nameOf(norm), networks, world, (given): NormLayers => {
      const { init: w0, clean: w, [robust]: wPrime, 'control-robust': control } = given.params;
      const added = addedOf(w0, w, wPrime, given);
      const layers = decomposeLayers({ w, wPrime, w0, control }, { only: given.world.weights });
      const placed = (name: string) => placeOf(given.world.weights, name);
      return { norm, layers: layers.map((layer) => described(layer, added[layer.name], placed(layer.name))) };
    });
  });
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @param setting - Its setting.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export function layersMeasures(store: RunStore, { threats }: MainSetting): Promise<LayersMeasures> {
  return Promise.all(threats.map(({ norm }) => keptMeasure<NormLayers>(store, nameOf(norm))));
}
