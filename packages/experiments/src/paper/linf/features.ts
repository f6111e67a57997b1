import type { Params } from '@advml/core';
import { decompose, rowCosines } from '@advml/purification';
import { coefficientsOf, massOf, purifiedShare } from '../neurons.ts';
import type { PaperWorld } from '../world.ts';
import type { LinfFeatures, PerTraining, Purification } from './measures.ts';

/**
 * What the two adversarial trainings made of the neurons of w.
 *
 * @param world - The run.
 * @param networks - Parameters for inputs x.
 * @returns Plain numbers.
 */
export function measureLinfFeatures(world: PaperWorld, networks: PerTraining<Params>): LinfFeatures {
  const { wStar } = world.data;
  const of = (name: keyof typeof networks) => coefficientsOf(world, networks[name]);
  const alpha = { clean: of('clean'), robust: of('robust'), linf: of('linf') };
  const after = (name: 'robust' | 'linf'): Purification => {
    const decomposition = decompose(alpha.clean, alpha[name]);
    return {
      purified: purifiedShare(decomposition),
      medianCosine: decomposition.summary.cosine.median,
      mixture: massOf(alpha[name], wStar).mixture,
    };
  };
  return {
    mixtureBefore: massOf(alpha.clean, wStar).mixture,
    after: { robust: after('robust'), linf: after('linf') },
    betweenTrainings: rowCosines(alpha.robust, alpha.linf).size.mean,
  };
}
