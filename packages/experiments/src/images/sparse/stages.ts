import type { LoopOptions, Params } from '@advml/core';
import { meanInterval } from '@advml/metrics';
import {
  type ErrorCurvePoint,
  errorCurve,
  imagePatches,
  lasso,
  layerRows,
  type Matrix,
  matchingPursuit,
  principalComponents,
  randomDictionary,
} from '@advml/purification';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Measured } from '../../report/table.ts';
import { owning } from '../../run/owning.ts';
import { keptMeasure, type Stage } from '../../run/stages.ts';
import type { RunStore } from '../../run/store.ts';
import { mainRobust } from '../networks.ts';
import { ofNetworks } from '../of-networks.ts';
import type { ImagesSetting } from '../setting.ts';
import type { ImagesWorld } from '../world.ts';
import type { DictionaryCurve, DictionaryName, SparseMeasures } from './measures.ts';

const SPARSE = 'sparse';

/** Training images whose patches the principal components are of, at most. */
const LEARNED_FROM = 1000;

/** Patches with the place of the image that each is from. */
interface Patches {
  readonly patches: Matrix;
  readonly image: ArrayLike<number>;
}

/** What the first layer sees of images: patches as large as its filters, or whole images; the mean of each taken away. */
function seenBy(
  filter: readonly number[],
  { shape, root, setting }: ImagesWorld,
  images: Tensor4D,
  part: 'train' | 'test',
): Patches {
  if (filter.length === 4) {
    const key = root.child('patches', part);
    return imagePatches(images, { size: filter[2], perImage: setting.sparse.patches, key, centered: true });
  }
  const length = shape.reduce((product, side) => product * side, 1);
  const data = Float64Array.from(images.dataSync());
  for (let from = 0; from < data.length; from += length) {
    const own = data.subarray(from, from + length);
    const mean = own.reduce((sum, value) => sum + value, 0) / length;
    for (let at = 0; at < length; at++) own[at] -= mean;
  }
  return {
    patches: { shape: [data.length / length, length], data },
    image: Int32Array.from({ length: data.length / length }, (_, at) => at),
  };
}

const measured = (values: readonly number[]): Measured => {
  const { mean, low, high } = meanInterval(values);
  return { value: mean, low, high };
};

const meanOf = (values: ArrayLike<number>): number => {
  const known = Array.from(values).filter(Number.isFinite);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};

async function measureSparsity(
  world: ImagesWorld,
  networks: Readonly<Record<'init' | 'clean' | 'robust', Params>>,
  { onProgress, signal }: LoopOptions,
): Promise<SparseMeasures> {
  const { setting, weights, train, test, root } = world;
  const { images, atoms: compared, most, penalties } = setting.sparse;
  const [first] = weights;
  const filter = networks.clean[first].shape;
  const patchesOf = (part: 'train' | 'test', count: number) =>
    owning(async (own) => seenBy(filter, world, own(world[part].take(count)).x as Tensor4D, part));
  const { patches, image } = await patchesOf('test', Math.min(images, test.count));
  const filtersOf = (params: Params) => layerRows(params, [first])[first];
  const [size, entries] = filtersOf(networks.clean).shape;
  const learned = await patchesOf('train', Math.min(LEARNED_FROM, train.count));
  const { components } = await principalComponents(learned.patches, { signal });
  const kept = Math.min(size, components.shape[0]);
  const dictionaries: Readonly<Record<DictionaryName, Matrix>> = {
    init: filtersOf(networks.init),
    clean: filtersOf(networks.clean),
    robust: filtersOf(networks.robust),
    random: randomDictionary(root.child('random filters'), size, entries),
    pca: { shape: [kept, entries], data: Float64Array.from(components.data).subarray(0, kept * entries) },
  };

  const jobs = Object.keys(dictionaries).length * (1 + penalties.length);
  let done = 0;
  const loop = (): LoopOptions => {
    const before = done++;
    return { signal, onProgress: (now, total) => onProgress?.(Math.round(100 * (before + now / total)), 100 * jobs) };
  };
  const errors = new Map<string, readonly ErrorCurvePoint[]>();
  const curves: DictionaryCurve[] = [];
  for (const [dictionary, filters] of Object.entries(dictionaries) as [DictionaryName, Matrix][]) {
    const pursuit = await matchingPursuit(patches, filters, { atoms: Math.max(most, compared), ...loop() });
    const curve = errorCurve(pursuit.errors, image);
    errors.set(dictionary, curve);
    const penalized = [];
    for (const penalty of penalties) {
      const codes = await lasso(patches, filters, { penalty, ...loop() });
      penalized.push({ penalty, atoms: meanOf(codes.atoms), left: meanOf(codes.errors) });
    }
    curves.push({
      dictionary,
      pursuit: curve.map(({ atoms, values }) => ({ atoms, ...measured(values) })),
      lasso: penalized,
    });
  }
  const at = (dictionary: DictionaryName): readonly number[] => {
    const curve = errors.get(dictionary) ?? [];
    return curve[Math.min(compared, curve.length - 1)].values;
  };
  const robustMinus = (other: DictionaryName) => measured(at('robust').map((value, row) => value - at(other)[row]));
  return {
    atoms: size,
    entries,
    patch: (filter.length === 4 ? [filter[2], filter[3], filter[1]] : world.shape).join(' x '),
    curves,
    robustMinus: { clean: robustMinus('clean'), random: robustMinus('random') },
  };
}

/**
 * Patches of test images rebuilt from a few first-layer filters.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns One stage.
 */
export function sparseStages(world: () => Promise<ImagesWorld>, setting: ImagesSetting): readonly Stage[] {
  const main = mainRobust(setting);
  return [
    ofNetworks(SPARSE, ['init', 'clean', main], world, ({ world: here, params, loop }) =>
      measureSparsity(here, { init: params.init, clean: params.clean, robust: params[main] }, loop),
    ),
  ];
}

/**
 * What the stage of this part has measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if it was not made yet or its file is damaged.
 */
export function sparseMeasures(store: RunStore): Promise<SparseMeasures> {
  return keptMeasure(store, SPARSE);
}
