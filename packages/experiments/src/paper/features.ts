import type { Params, Summary } from '@advml/core';
import { clopperPearson, meanInterval, type Proportion } from '@advml/metrics';
import {
  type Decomposition,
  decompose,
  featureMass,
  lottery,
  type Matrix,
  type RandomCosine,
  randomCosine,
  rowCosines,
} from '@advml/purification';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { PerNetwork } from './measures.ts';
import { type FeaturePictures, pickPictures } from './pictures.ts';
import type { PaperWorld } from './world.ts';

/** What the neurons of one network are made of, over neurons that are not zero. */
export interface NeuronMass {
  /** Mean share of a neuron's square on the dense mixture. */
  readonly mixture: number;
  /** Mean share on the features it carries. */
  readonly top: number;
  /** Mean share on everything else. */
  readonly rest: number;
  /** Mean cosine with the dense mixture, without sign. */
  readonly mixtureCosine: number;
  /** Median number of features that a neuron carries. */
  readonly features: number;
}

/** A mean with its 95% interval. */
export interface MeanWithInterval {
  /** The mean. */
  readonly mean: number;
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** What the weights of the three networks tell. */
export interface FeatureMeasures {
  /** |cos(w, w0)| and |cos(w', w0)|, over neurons. */
  readonly withInit: Pick<PerNetwork<Summary>, 'clean' | 'robust'>;
  /** Expected |cos| of two random vectors of the same dimension, and the largest of as many pairs as there are neurons. */
  readonly random: Pick<RandomCosine, 'mean' | 'max'>;
  /** Share of neurons with cos(w, w') > 0.707. */
  readonly purified: Proportion;
  /** beta, cos(w, w') and |v| / |beta w'| of w = beta w' + v, over neurons that are not zero. */
  readonly decomposition: Readonly<Record<'beta' | 'cosine' | 'ratio', Summary>>;
  /** What neurons are made of. */
  readonly mass: PerNetwork<NeuronMass>;
  /** Percentile of a neuron's initial coefficient, for the features that it ends up carrying after clean training. */
  readonly lottery: Readonly<Record<'top' | 'carried', MeanWithInterval>>;
  /** Cosines of every neuron, for the histograms; zero neurons left out. */
  readonly histogram: Readonly<Record<'cleanRobust' | 'cleanInit' | 'robustInit', readonly number[]>>;
}

const finite = (values: ArrayLike<number>): number[] => Array.from(values).filter(Number.isFinite);

/**
 * The neurons of a network over the dictionary's atoms.
 *
 * @param world - The run.
 * @param params - Parameters for inputs x.
 * @returns Coefficients alpha, [m, D]; a plain matrix.
 */
export function coefficientsOf({ data }: PaperWorld, { weight }: Params): Matrix {
  const alpha = data.toCoefficients(weight as Tensor2D);
  const matrix = { shape: alpha.shape, data: alpha.dataSync<'float32'>().slice() };
  alpha.dispose();
  return matrix;
}

/**
 * What the neurons of a network are made of.
 *
 * @param alpha - Their coefficients, [m, D].
 * @param wStar - The weights of the label, [D].
 * @returns Means and a median over the neurons.
 */
export function massOf(alpha: Matrix, wStar: Float32Array): NeuronMass {
  const { mixture, top, rest, mixtureCosine, features } = featureMass(alpha, wStar).summary;
  return {
    mixture: mixture.mean,
    top: top.mean,
    rest: rest.mean,
    mixtureCosine: mixtureCosine.mean,
    features: features.median,
  };
}

/**
 * Share of neurons with cos(w, w') > 0.707.
 *
 * @param decomposition - w against w'.
 * @returns The share with its interval; dead neurons count as not purified.
 */
export function purifiedShare({ cosine }: Decomposition): Proportion {
  return clopperPearson(cosine.filter((value) => value > Math.SQRT1_2).length, cosine.length);
}

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
