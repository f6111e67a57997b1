import type { LoopOptions, Params } from '@advml/core';
import { alignment, singularValues, singularVectors, spectrum, truncated } from '@advml/purification';
import { owning } from '@advml/runs';
import { add, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type AtRank, ascending } from '../../shared/low-rank.ts';
import type { MatrixSpectrum, UpdateMeasures } from './measures.ts';
import type { LowRankWorld } from './setting.ts';
import { accuraciesHere } from './world.ts';

const described = (values: Float64Array): MatrixSpectrum => ({ values: Array.from(values), ...spectrum(values) });

/**
 * The spectrum of a matrix.
 *
 * @param matrix - Only read.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export async function measureSpectrum(matrix: Tensor2D, loop: LoopOptions): Promise<MatrixSpectrum> {
  return described(await singularValues(matrix, loop));
}

/**
 * The update w' - w: its spectrum, its first direction, and what w with its first terms withstands.
 *
 * @param world - The run of this part.
 * @param clean - w, in the dictionary's coordinates; not disposed.
 * @param update - w' - w, in the same; not disposed.
 * @param loop - Progress over the attacked examples, and abort.
 * @returns Plain numbers.
 */
export async function measureUpdate(
  world: LowRankWorld,
  clean: Params,
  update: Tensor2D,
  { onProgress, signal }: LoopOptions,
): Promise<UpdateMeasures> {
  const { setting, data } = world;
  const vectors = await singularVectors(update, { signal });
  const { length: full } = vectors.values;
  const ranks = ascending([...setting.lowRank.truncations, full], full);
  const { examples } = setting.lowRank;
  const total = (ranks.length + 1) * examples;
  const loopAfter = (networks: number): LoopOptions => ({
    signal,
    onProgress: (done) => onProgress?.(networks * examples + done, total),
  });
  const first = Array.from({ length: update.shape[1] }, (_, j) => vectors.right.data[j]);
  const along = alignment({ shape: [1, update.shape[1]], data: first }, [1], data.mixture);

  const without = await accuraciesHere(world, clean, loopAfter(0));
  const kept: AtRank[] = [];
  for (const [at, rank] of ranks.entries()) {
    const accuracies = await owning(async (own) => {
      const { shape, data } = truncated(vectors, rank);
      const weight = tidy(() => add(clean.weight, tensor2d(Float32Array.from(data), [shape[0], shape[1]])));
      return accuraciesHere(world, { ...clean, ...own({ weight }) }, loopAfter(at + 1));
    });
    kept.push({ rank, ...accuracies });
  }
  return {
    spectrum: described(vectors.values),
    alongMixture: Math.abs(along.cosine[0]),
    without,
    truncated: kept,
  };
}
