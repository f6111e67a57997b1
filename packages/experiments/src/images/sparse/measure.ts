import type { LoopOptions, Params } from '@advml/core';
import {
  errorCurve,
  lassoPath,
  layerRows,
  type Matrix,
  matchingPursuit,
  principalComponents,
  randomDictionary,
} from '@advml/purification';
import type { Measured } from '@advml/runs';
import { owning } from '@advml/runs';
import { meanOf } from '../../shared/mean-of.ts';
import { ofEqualSize } from './equal-size.ts';
import type { DictionaryCurve, DictionaryName, SparseMeasures } from './measures.ts';
import { type Patches, patchesSeenBy } from './patches.ts';
import type { SparseWorld } from './setting.ts';

/** The networks whose first layers are dictionaries. */
type Networks = Readonly<Record<'init' | 'clean' | 'robust', Params>>;

/** Training images whose patches the principal components are of, at most. */
const LEARNED_FROM = 1000;

const measured = (values: readonly number[]): Measured => {
  const { mean, low, high } = meanOf(values);
  return { value: mean, low, high };
};

/** An interval of shares, cut to what a share can be. */
const asShare = ({ value, low, high }: Measured): Measured => ({
  value,
  low: Math.max(low, 0),
  high: Math.min(high, 1),
});

/** Patches of the first images of a part. */
function patchesOf(
  world: SparseWorld,
  filter: readonly number[],
  part: 'train' | 'test',
  most: number,
): Promise<Patches> {
  const set = world[part];
  return owning(async (own) => patchesSeenBy(filter, world, own(set.take(Math.min(most, set.count))), part));
}

/** First-layer filters, random directions and principal components of training patches, as many of each. */
async function dictionariesOf(
  world: SparseWorld,
  networks: Networks,
  loop: LoopOptions,
): Promise<Readonly<Record<DictionaryName, Matrix>>> {
  const [first] = world.weights;
  const filters = (params: Params) => layerRows(params, [first])[first];
  const [size, entries] = filters(networks.clean).shape;
  const learned = await patchesOf(world, networks.clean[first].shape, 'train', LEARNED_FROM);
  const { components } = await principalComponents(learned.patches, loop);
  return ofEqualSize({
    init: filters(networks.init),
    clean: filters(networks.clean),
    robust: filters(networks.robust),
    random: randomDictionary(world.root.child('random filters'), size, entries),
    pca: components,
  });
}

/** What a dictionary leaves: the curve of the pursuit, what it leaves of every image, and what the lasso leaves. */
async function rebuild(
  { patches, image }: Patches,
  [dictionary, filters]: readonly [DictionaryName, Matrix],
  { atoms, most, penalties }: SparseWorld['setting']['sparse'],
  loop: () => LoopOptions,
): Promise<{ readonly curve: DictionaryCurve; readonly compared: readonly number[] }> {
  const { errors } = await matchingPursuit(patches, filters, { atoms: Math.max(most, atoms), ...loop() });
  const points = errorCurve(errors, image);
  const paths = await lassoPath(patches, filters, { penalties, ...loop() });
  const pursuit = points.map((point) => ({ atoms: point.atoms, ...asShare(measured(point.values)) }));
  return {
    curve: {
      dictionary,
      pursuit,
      lasso: paths.map(({ atoms, errors }, at) => ({
        penalty: penalties[at],
        atoms: meanOf(Array.from(atoms).filter((_, patch) => !Number.isNaN(errors[patch]))).mean,
        left: meanOf(errors).mean, // a patch of one colour has nothing to rebuild
      })),
    },
    compared: points[Math.min(atoms, points.length - 1)].values,
  };
}

/**
 * Patches of test images rebuilt from a few atoms of each dictionary.
 *
 * @param world - The run.
 * @param networks - Parameters at initialization, after clean and after adversarial training; only read.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export async function measureSparsity(
  world: SparseWorld,
  networks: Networks,
  { onProgress, signal }: LoopOptions,
): Promise<SparseMeasures> {
  const { sparse } = world.setting;
  const filter = networks.clean[world.weights[0]].shape;
  const patches = await patchesOf(world, filter, 'test', sparse.images);
  const dictionaries = await dictionariesOf(world, networks, { signal });
  const named = Object.entries(dictionaries) as [DictionaryName, Matrix][];
  const jobs = 2 * named.length;
  let begun = 0;
  const loop = (): LoopOptions => {
    const before = begun++;
    return { signal, onProgress: (done, total) => onProgress?.(Math.round(100 * (before + done / total)), 100 * jobs) };
  };

  const curves: DictionaryCurve[] = [];
  const compared = new Map<DictionaryName, readonly number[]>();
  for (const entry of named) {
    const rebuilt = await rebuild(patches, entry, sparse, loop);
    curves.push(rebuilt.curve);
    compared.set(entry[0], rebuilt.compared);
  }
  const robustMinus = (other: DictionaryName) =>
    measured((compared.get('robust') ?? []).map((left, at) => left - (compared.get(other)?.[at] ?? Number.NaN)));
  const [atoms, entries] = dictionaries.clean.shape;
  return {
    atoms,
    entries,
    patch: (filter.length === 4 ? [filter[2], filter[3], filter[1]] : world.shape).join(' x '),
    images: compared.get('clean')?.length ?? 0,
    curves,
    robustMinus: { clean: robustMinus('clean'), random: robustMinus('random') },
  };
}
