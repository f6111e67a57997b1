import type { Params } from '@advml/core';
import { clopperPearson, type Proportion } from '@advml/metrics';
import { type Decomposition, featureMass, type Matrix } from '@advml/purification';
import type { Tensor2D } from '@tensorflow/tfjs-core';
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
