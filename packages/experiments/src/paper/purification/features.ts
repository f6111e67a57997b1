import type { Params } from '@advml/core';
import { clopperPearson } from '@advml/metrics';
import {
  decompose,
  featureMass,
  lottery,
  lotteryWinners,
  type Matrix,
  type RowCosines,
  randomCosine,
  randomCosineQuantile,
  rowCosines,
} from '@advml/purification';
import { meanOf } from '../../shared/mean-of.ts';
import type { PerNetwork } from '../networks.ts';
import { coefficientsOf, massOf, purifiedShare } from '../neurons.ts';
import type { PaperWorld } from '../world.ts';
import type { FeatureMeasures, FeaturePictures, SummaryWithInterval } from './measures.ts';
import { pickPictures } from './pictures.ts';

/** Chance that random vectors have no cosine above the quantile that neurons are compared with. */
const RANDOM = 0.999;

const finite = (values: ArrayLike<number>): number[] => Array.from(values).filter(Number.isFinite);

function withInterval({ cosine, size }: RowCosines): SummaryWithInterval {
  const { low, high } = meanOf(cosine.map(Math.abs));
  return { ...size, low, high };
}

/** What is left of each neuron of w without its multiple of w'; zero for a dead one. */
function restOf(w: Matrix, wPrime: Matrix, beta: Float64Array): Matrix {
  const columns = w.shape[1];
  const rest = (value: number, at: number) => value - beta[Math.floor(at / columns)] * wPrime.data[at];
  return { shape: w.shape, data: Float64Array.from(w.data, (value, at) => rest(value, at) || 0) };
}

/** The neurons with as many of their largest features counted in every network as they carry in w. */
function withSameCount(alpha: PerNetwork<Matrix>, wStar: Float32Array): FeatureMeasures['sameCount'] {
  const counts = featureMass(alpha.clean, wStar).features;
  const of = (name: keyof typeof alpha) => featureMass(alpha[name], wStar, { counts });
  const [init, clean, robust] = [of('init'), of('clean'), of('robust')];
  return {
    top: { init: init.summary.top.mean, clean: clean.summary.top.mean, robust: robust.summary.top.mean },
    restRises: meanOf(robust.rest.map((rest, neuron) => rest - clean.rest[neuron])),
  };
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
  const { carries, base } = lotteryWinners(alpha.init, alpha.clean, data.wStar);
  const removed = featureMass(restOf(alpha.clean, alpha.robust, decomposition.beta), data.wStar);
  const features: FeatureMeasures = {
    withInit: { clean: withInterval(withInit.clean), robust: withInterval(withInit.robust) },
    random: {
      ...randomCosine(dimension, neurons),
      quantile: randomCosineQuantile(dimension, neurons, RANDOM),
    },
    purified: purifiedShare(decomposition),
    decomposition: decomposition.summary,
    removed: meanOf(removed.mixture),
    mass: {
      init: massOf(alpha.init, data.wStar),
      clean: massOf(alpha.clean, data.wStar),
      robust: massOf(alpha.robust, data.wStar),
    },
    sameCount: withSameCount(alpha, data.wStar),
    lottery: {
      top: meanOf(ranks.top),
      carried: meanOf(ranks.carried),
      winners: clopperPearson(carries.filter(Boolean).length, carries.length),
      base,
    },
    histogram: {
      cleanRobust: finite(decomposition.cosine),
      cleanInit: finite(withInit.clean.cosine),
      robustInit: finite(withInit.robust.cosine),
    },
  };
  const panels = Object.entries(alpha).map(([label, { data: values }]) => ({ label, values: values as Float32Array }));
  return { features, pictures: pickPictures(data, panels) };
}
