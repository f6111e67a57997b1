import { type LoopOptions, mapParams, type Params } from '@advml/core';
import { layerRows, type SingularVectors, singularVectors, spectrum, truncated } from '@advml/purification';
import { add, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { owning } from '../../run/owning.ts';
import type { ImagesWorld } from '../world.ts';
import { accuraciesOf } from './accuracies.ts';
import type { AtRank, LayerUpdate, LowRankMeasures } from './measures.ts';

/** What {@link measureUpdate} finds. */
export type UpdateMeasures = Pick<LowRankMeasures, 'without' | 'whole' | 'truncated' | 'layers'>;

/** A weight of w with the first terms of its update. */
function cut(weight: Tensor, vectors: SingularVectors, rank: number): Tensor {
  const { data } = truncated(vectors, Math.min(rank, vectors.values.length));
  return tidy(() => add(weight, tensor(Float32Array.from(data), weight.shape)));
}

const sizeOf = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));

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
  world: ImagesWorld,
  clean: Params,
  robust: Params,
  { onProgress, signal }: LoopOptions,
): Promise<UpdateMeasures> {
  const { examples, truncations } = world.setting.lowRank;
  const ranks = [...truncations].sort((a, b) => a - b);
  return owning(async (own) => {
    const { weights: names } = world;
    const before = layerRows(clean, names);
    const update = layerRows(own(mapParams(robust, (weight, name) => sub(weight, clean[name]))), names);
    let attacked = 0;
    const total = (2 + ranks.length + names.length * (1 + ranks.length)) * examples;
    const accuracies = async (params: Params) => {
      const done = attacked;
      const found = await accuraciesOf(world, params, { signal, onProgress: (now) => onProgress?.(done + now, total) });
      attacked += examples;
      return found;
    };
    const vectors: Record<string, SingularVectors> = {};
    for (const name of names) vectors[name] = await singularVectors(update[name], { signal });
    const atRank = (rank: number, layers: readonly string[]): Promise<AtRank> =>
      owning(async (ownCut) => {
        const changed = layers.map((name) => [name, cut(clean[name], vectors[name], rank)] as const);
        return { rank, ...(await accuracies({ ...robust, ...ownCut(Object.fromEntries(changed)) })) };
      });

    const [without, whole] = [await accuracies(clean), await accuracies(robust)];
    const together: AtRank[] = [];
    for (const rank of ranks) together.push(await atRank(rank, names));
    const layers: LayerUpdate[] = [];
    for (const name of names) {
      const alone: AtRank[] = [];
      for (const rank of [0, ...ranks]) alone.push(await atRank(rank, [name]));
      const values = Array.from(vectors[name].values);
      layers.push({
        name,
        side: values.length,
        values,
        effectiveRank: spectrum(values).effectiveRank,
        size: sizeOf(update[name].data) / sizeOf(before[name].data),
        truncated: alone,
      });
    }
    return { without, whole, truncated: together, layers };
  });
}
