import { type LoopOptions, mapParams, type Params } from '@advml/core';
import { layerRows, type SingularVectors, singularVectors, spectrum, truncated } from '@advml/purification';
import { owning } from '@advml/runs';
import { add, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { ascending, type ComparedAccuracies } from '../../shared/low-rank.ts';
import { accuraciesOf } from './accuracies.ts';
import type { AtShare, LayerUpdate, LowRankMeasures } from './measures.ts';
import { rankOf } from './ranks.ts';
import type { LowRankWorld } from './setting.ts';

/** What {@link measureUpdate} finds. */
export type UpdateMeasures = Pick<LowRankMeasures, 'without' | 'whole' | 'truncated' | 'layers'>;

/** The update of one layer. */
interface OfLayer {
  /** Its singular value decomposition. */
  readonly vectors: SingularVectors;
  /** Its size over the size of w. */
  readonly size: number;
}

const sizeOf = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, one) => sum + one ** 2, 0));

/** The update of every layer, by the name of its weight. */
async function updatesOf(
  { weights }: LowRankWorld,
  clean: Params,
  robust: Params,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, OfLayer>> {
  return owning(async (own) => {
    const before = layerRows(clean, weights);
    const update = layerRows(own(mapParams(robust, (weight, name) => sub(weight, clean[name]))), weights);
    const layers = new Map<string, OfLayer>();
    for (const name of weights) {
      const size = sizeOf(update[name].data) / sizeOf(before[name].data);
      layers.set(name, { vectors: await singularVectors(update[name], { signal }), size });
    }
    return layers;
  });
}

/** A weight of w with the first terms of its update, a share of all of them. */
function cut(weight: Tensor, vectors: SingularVectors, share: number): Tensor {
  const { data } = truncated(vectors, rankOf(share, vectors.values.length));
  return tidy(() => add(weight, tensor(Float32Array.from(data), weight.shape)));
}

/** Attacks one network after the other; progress is over all of them. */
function attacker(world: LowRankWorld, networks: number, { onProgress, signal }: LoopOptions) {
  const { examples } = world.setting.lowRank;
  let before = 0;
  return async (params: Params): Promise<ComparedAccuracies> => {
    const told = (done: number) => onProgress?.(before + done, networks * examples);
    const found = await accuraciesOf(world, params, { signal, onProgress: told });
    before += examples;
    return found;
  };
}

/**
 * The update w' - w in every layer: its spectrum, and what is left of robustness when it is cut, in all layers and in each alone.
 *
 * @param world - The run.
 * @param clean - w; not disposed.
 * @param robust - w'; not disposed.
 * @param loop - Progress over the attacked images, and abort.
 * @returns Plain numbers.
 */
export async function measureUpdate(
  world: LowRankWorld,
  clean: Params,
  robust: Params,
  loop: LoopOptions,
): Promise<UpdateMeasures> {
  const shares = ascending(world.setting.lowRank.truncations);
  const updates = await updatesOf(world, clean, robust, loop.signal);
  const attack = attacker(world, 2 + shares.length + updates.size * (1 + shares.length), loop);
  /** w' with the updates of some layers cut to each of some shares of their ranks. */
  const atShares = async (names: readonly string[], cuts: readonly number[]): Promise<AtShare[]> => {
    const found: AtShare[] = [];
    for (const share of cuts) {
      const accuracies = await owning(async (own) => {
        const changed = names.map((name) => [name, cut(clean[name], (updates.get(name) as OfLayer).vectors, share)]);
        return attack({ ...robust, ...own(Object.fromEntries(changed)) });
      });
      found.push({ share, ...accuracies });
    }
    return found;
  };

  const [without, whole] = [await attack(clean), await attack(robust)];
  const together = await atShares([...updates.keys()], shares);
  const layers: LayerUpdate[] = [];
  for (const [name, { vectors, size }] of updates) {
    const values = Array.from(vectors.values);
    const alone = await atShares([name], [0, ...shares]);
    layers.push({ name, side: values.length, values, ...spectrum(values), size, truncated: alone });
  }
  return { without, whole, truncated: together, layers };
}
