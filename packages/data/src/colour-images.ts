import { type Batch, InputError, type Key } from '@advml/core';
import {
  type OptionNames,
  requireInteger,
  requireNonNegative,
  requireOptions,
  requirePositive,
  requireShare,
} from '@advml/core/internal';
import { tensor4d } from '@tensorflow/tfjs-core';
import { type ColourDeviations, waveDeviations } from './colour/background.ts';
import { type ColourFeature, type ColourFeatures, drawFeatures } from './colour/features.ts';
import { frequencies, wavePainter } from './colour/waves.ts';
import { type DataModel, requireIndices } from './data-model.ts';
import { gaussianRows } from './gaussian-rows.ts';
import { drawClass, labelTensor, requireLabelKind } from './labels.ts';

/** What {@link colourImages} takes. */
export interface ColourImagesOptions {
  /** Pixels of a side. Default: 32. */
  readonly side?: number;
  /** Number of classes, at most 36. Default: 10. */
  readonly classes?: number;
  /** Amplitudes of the background fall as frequency to the minus this. Default: 1, as in natural images. */
  readonly exponent?: number;
  /** How the background's colours vary. Default: 0.25, 0.058 and 0.033, near those of small photographs. */
  readonly deviations?: ColourDeviations;
  /** The features of low frequency, which an attacker can hardly hide. Default: size 5, in agreement with 0.9 of the labels. */
  readonly robust?: ColourFeature;
  /** Those of high frequency, which it can. Default: size 0.6, in agreement with all labels. */
  readonly nonRobust?: ColourFeature;
  /** Decides the features. */
  readonly key: Key;
}

const OPTIONS: OptionNames<ColourImagesOptions> = {
  side: true,
  classes: true,
  exponent: true,
  deviations: true,
  robust: true,
  nonRobust: true,
  key: true,
};

/** Images of {@link colourImages}, with the features that they have. */
export interface ColourBatch extends Batch {
  /** Whose robust feature each image has, [batch]. */
  readonly robust: Int32Array;
  /** Whose non-robust feature each image has, [batch]. */
  readonly nonRobust: Int32Array;
}

/** Colour images with features of two kinds; see {@link colourImages}. */
export interface ColourImages extends DataModel<ColourBatch> {
  /** Pixels of a side. */
  readonly side: number;
  /** Number of classes. */
  readonly classes: number;
  /** Exponent of the background's spectrum. */
  readonly exponent: number;
  /** Deviations of the background's colours. */
  readonly deviations: ColourDeviations;
  /** The features of low frequency. */
  readonly robust: ColourFeatures;
  /** Those of high frequency. */
  readonly nonRobust: ColourFeatures;
}

/** Cycles an image up to which features are robust. */
const LOW = 2;

/** Cycles an image, as a share of the side, from which on features are not robust. */
const HIGH = 5 / 16;

/**
 * Colour images with the statistics of photographs, in which each class has two features: a large pattern of few waves, and a faint one
 * of many short waves.
 *
 * ```math
 * x = \mathrm{clip}_{[0, 1]}\Bigl(\tfrac12 + g + a\,u_{r} + b\,v_{n}\Bigr)
 * ```
 *
 * The background `g` is Gaussian. Its amplitudes fall as `1 / f^exponent`, and its colours vary independently along luminance,
 * blue-yellow and red-green. All `u` (up to 2 cycles an image) and `v` (from 5/16 cycles a pixel on) are orthonormal. The classes
 * `r` and `n` of the features are that of the label in a share `agreement` of the images, and else by chance, independently. With an
 * agreement of 0 a feature says nothing: what a network says of such images tells which kind it uses.
 *
 * Where classes `i` and `j` are alone, the reader of a kind tells images with feature `i` from those with feature `j` by the sign of
 * `<x, u_i - u_j>`. Under an attack of size `eps` its accuracy, clipping aside, is
 *
 * ```math
 * \Phi\Bigl(\frac{a - \varepsilon\,\|u_i - u_j\|_*}{\sigma_{ij}}\Bigr), \qquad \sigma_{ij} = \mathtt{noise}_{ij}
 * ```
 *
 * @param options - See {@link ColourImagesOptions}.
 * @returns A frozen model. It keeps no tensors.
 * @throws InputError if a number is out of its range, or there are more classes than waves for them.
 * @example
 * ```ts
 * const model = colourImages({ key: key('data', 0) });
 * const { x, y, robust, nonRobust } = model.batch(key('train', 0), 32); // x [32, 32, 32, 3] in [0, 1], y [32] of 0..9
 * ```
 * @see Ruderman, Cronin, Chiao: Statistics of Cone Responses to Natural Images: Implications for Visual Coding, 1998, for colours, and
 * Field: Relations Between the Statistics of Natural Images and the Response Properties of Cortical Cells, 1987, for spectra.
 */
export function colourImages(options: ColourImagesOptions): ColourImages {
  requireOptions<ColourImagesOptions>('colourImages', options, OPTIONS);
  const { side = 32, classes = 10, exponent = 1, key: root } = options;
  const { deviations = { luminance: 0.25, blueYellow: 0.058, redGreen: 0.033 } } = options;
  const { robust: large = { size: 5, agreement: 0.9 }, nonRobust: faint = { size: 0.6, agreement: 1 } } = options;
  requireInteger({ side }, 8);
  requireLabelKind('classes', classes);
  requireNonNegative({ exponent });
  requireDeviations(deviations);
  requireFeature('robust', large);
  requireFeature('nonRobust', faint);

  const ofWaves = waveDeviations(side, exponent, deviations);
  const cycles = frequencies(side);
  const wavesOf = (isOne: (cycles: number) => boolean) =>
    [...ofWaves.keys()].filter((wave) => isOne(cycles[wave % cycles.length]));
  const low = wavesOf((own) => own > 0 && own <= LOW);
  if (classes > low.length)
    throw new InputError(`classes must be at most ${low.length}, the number of long waves, got ${classes}`);
  const here = { classes, side, deviations: ofWaves };
  const robust = drawFeatures(large, low, { ...here, key: root.child('robust') });
  const high = wavesOf((own) => own >= HIGH * side);
  const nonRobust = drawFeatures(faint, high, { ...here, key: root.child('nonRobust') });

  const paint = wavePainter(side);
  const width = ofWaves.length;

  /** Whose feature of a kind an image shows. */
  const shown = (own: Key, name: 'robust' | 'nonRobust', label: number): number => {
    const agrees = own.child(name).bits(1)[0] * 2 ** -32 < { robust, nonRobust }[name].agreement;
    return agrees ? label : drawClass(own.child(name, 'class'), classes);
  };
  /** Writes an image; the strengths of its background are used up. */
  const compose = (
    strengths: Float32Array,
    shows: { robust: number; nonRobust: number },
    image: Float32Array,
  ): void => {
    for (let wave = 0; wave < width; wave++) strengths[wave] *= ofWaves[wave];
    paint(strengths, image);
    add(image, robust, shows.robust);
    add(image, nonRobust, shows.nonRobust);
    for (let c = 0; c < width; c++) image[c] = Math.min(Math.max(image[c] + 0.5, 0), 1);
  };

  return Object.freeze<ColourImages>({
    side,
    classes,
    exponent,
    deviations,
    robust,
    nonRobust,
    batch(root, examples) {
      const keys = requireIndices(examples).map((index) => root.child(index));
      const labels = keys.map((own) => drawClass(own.child('class'), classes));
      const backgrounds = keys.map((own) => own.child('background'));
      const strengths = gaussianRows(backgrounds, width, 1); // [batch, 3 side side]
      const shows = keys.map((own, at) => ({
        robust: shown(own, 'robust', labels[at]),
        nonRobust: shown(own, 'nonRobust', labels[at]),
      }));
      const images = new Float32Array(keys.length * width);
      for (const [at, both] of shows.entries()) {
        const [from, to] = [at * width, (at + 1) * width];
        compose(strengths.subarray(from, to), both, images.subarray(from, to));
      }
      return {
        x: tensor4d(images, [keys.length, side, side, 3]),
        y: labelTensor(labels, 'classes'),
        robust: Int32Array.from(shows, (both) => both.robust),
        nonRobust: Int32Array.from(shows, (both) => both.nonRobust),
      };
    },
  });
}

/** Adds the feature of a class. */
function add(image: Float32Array, { images, size }: ColourFeatures, own: number): void {
  for (let c = 0; c < image.length; c++) image[c] += size * images[own * image.length + c];
}

function requireDeviations(deviations: ColourDeviations): void {
  requireOptions<ColourDeviations>("colourImages' deviations", deviations, {
    luminance: true,
    blueYellow: true,
    redGreen: true,
  });
  const { luminance, blueYellow, redGreen } = deviations;
  requireNonNegative({ luminance, blueYellow, redGreen }, 'input units');
}

function requireFeature(name: 'robust' | 'nonRobust', feature: ColourFeature): void {
  requireOptions<ColourFeature>(`colourImages' ${name}`, feature, { size: true, agreement: true });
  requirePositive({ [`${name}.size`]: feature.size }, 'input units');
  requireShare({ [`${name}.agreement`]: feature.agreement });
}
