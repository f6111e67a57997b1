import type { Params } from '@advml/core';
import { meanInterval } from '@advml/metrics';
import { decompose, lottery, randomCosine, rowCosines } from '@advml/purification';
import type { PerNetwork } from '../networks.ts';
import { coefficientsOf, massOf, purifiedShare } from '../neurons.ts';
import type { PaperWorld } from '../world.ts';
import type { FeatureMeasures, FeaturePictures, MeanWithInterval } from './measures.ts';
import { pickPictures } from './pictures.ts';

const finite = (values: ArrayLike<number>): number[] => Array.from(values).filter(Number.isFinite);

function meanOf(values: ArrayLike<number>): MeanWithInterval {
  const { mean, low, high } = meanInterval(finite(values));
  return { mean, low, high };
}

/**
 * What the neurons of the three networks carry, and how they moved.
 *
 * @param world - The run.
 * @param networks - Parameters for inputs x.
 * @returns The measures and the matrices for the picture; plain numbers.
 */
export function measureFeatures(
  world: PaperWorld,
  networks: PerNetwork<Params>,
): { readonly features: FeatureMeasures; readonly pictures: FeaturePictures } {
  const { data } = world;
  const of = (name: keyof typeof networks) => coefficientsOf(world, networks[name]);
  const alpha = { init: of('init'), clean: of('clean'), robust: of('robust') };
  const [neurons, dimension] = alpha.init.shape;
  const decomposition = decompose(alpha.clean, alpha.robust);
  const withInit = { clean: rowCosines(alpha.clean, alpha.init), robust: rowCosines(alpha.robust, alpha.init) };
  const ranks = lottery(alpha.init, alpha.clean);
  const features: FeatureMeasures = {
    withInit: { clean: withInit.clean.size, robust: withInit.robust.size },
    random: randomCosine(dimension, neurons),
    purified: purifiedShare(decomposition),
    decomposition: decomposition.summary,
    mass: {
      init: massOf(alpha.init, data.wStar),
      clean: massOf(alpha.clean, data.wStar),
      robust: massOf(alpha.robust, data.wStar),
    },
    lottery: { top: meanOf(ranks.top), carried: meanOf(ranks.carried) },
    histogram: {
      cleanRobust: finite(decomposition.cosine),
      cleanInit: finite(withInit.clean.cosine),
      robustInit: finite(withInit.robust.cosine),
    },
  };
  const panels = Object.entries(alpha).map(([label, { data: values }]) => ({ label, values: values as Float32Array }));
  return { features, pictures: pickPictures(data, panels) };
}
