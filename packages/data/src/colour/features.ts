import type { Classifier, Key } from '@advml/core';
import { requireShape } from '@advml/core/internal';
import { matMul, reshape, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { orthonormalRows } from '../orthonormal-rows.ts';
import { wavePainter } from './waves.ts';

/** How a kind of feature shows itself in an image of `colourImages`. */
export interface ColourFeature {
  /** Its l2 size, in input units. */
  readonly size: number;
  /** Share of the images whose feature is that of their class; the others have that of a class by chance. */
  readonly agreement: number;
}

/** A kind of feature as it was made. */
export interface ColourFeatures extends ColourFeature {
  /** The feature of each class as an image of l2 size 1, [classes, side, side, 3], at right angles to all others. Not to be written to. */
  readonly images: Float32Array;
  /** Standard deviation of the background along the difference of two classes' features, [classes, classes]. Not to be written to. */
  readonly noise: Float64Array;
  /** Sees features of this kind only: products of the image with each, [batch, classes]. */
  readonly reader: Classifier;
}

/** Features are made of some waves, at right angles and otherwise by chance. */
export function drawFeatures(
  { size, agreement }: ColourFeature,
  allowed: readonly number[],
  { key, classes, side, deviations }: { key: Key; classes: number; side: number; deviations: Float32Array },
): ColourFeatures {
  const [width, own] = [deviations.length, allowed.length];
  const strengths = orthonormalRows(key, classes, own);
  const all = new Float32Array(classes * width);
  for (let k = 0; k < classes; k++)
    for (const [at, wave] of allowed.entries()) all[k * width + wave] = strengths[k * own + at];
  const noise = Float64Array.from({ length: classes * classes }, (_, pair) => {
    const [a, b] = [Math.floor(pair / classes) * own, (pair % classes) * own];
    const square = (wave: number, at: number) => ((strengths[a + at] - strengths[b + at]) * deviations[wave]) ** 2;
    return Math.sqrt(allowed.reduce((sum, wave, at) => sum + square(wave, at), 0));
  });
  const images = new Float32Array(classes * width);
  const paint = wavePainter(side);
  for (let k = 0; k < classes; k++)
    paint(all.subarray(k * width, (k + 1) * width), images.subarray(k * width, (k + 1) * width));
  const reader: Classifier = (x) => {
    requireShape('x', x, [null, side, side, 3]);
    return tidy(() => matMul(reshape(x, [-1, width]) as Tensor2D, tensor2d(images, [classes, width]), false, true)); // [batch, classes]
  };
  return Object.freeze({ size, agreement, images, noise, reader });
}
