import {
  abs,
  concat,
  matMul,
  neg,
  reshape,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  transpose,
} from '@tensorflow/tfjs-core';
import type { NormBlocks } from './step.ts';

/**
 * The matrices of a convolution at the frequencies of a torus.
 *
 * A convolution of images, whatever its stride and padding, is a part of the matrix of the same convolution on a torus that is
 * larger than the image by a window less a pixel. That one is block diagonal in the Fourier basis, so none of these blocks being
 * larger than some number, neither is the convolution.
 *
 * ```math
 * \|A\|_2 \le \max_\theta \|K(\theta)\|_2, \qquad K(\theta) = \sum_d w_d\, e^{i \langle\theta, d\rangle} \in \mathbb C^{\text{filters} \times \text{channels}}
 * ```
 *
 * A complex block stands as the real one of twice the size; of two conjugate frequencies one is enough.
 *
 * @param filter - w, [height, width, channels, filters].
 * @param torus - Lengths of the torus.
 * @returns Blocks [frequencies, 2 filters, 2 channels].
 * @see Sedghi, Gupta, Long: The Singular Values of Convolutional Layers, 2019 (arXiv:1805.10408).
 */
export function spectrumOf(filter: Tensor4D, torus: readonly [number, number]): NormBlocks {
  const [height, width, channels, filters] = filter.shape;
  const taps = reshape(filter, [height * width, channels * filters]);
  const [cosines, sines] = wavesOf([height, width], torus);
  const block = (waves: Tensor2D) =>
    transpose(reshape(matMul(waves, taps as Tensor2D), [-1, channels, filters]), [0, 2, 1]); // [frequencies, filters, channels]
  const [real, imaginary] = [block(cosines), block(sines)];
  const rows: Tensor[] = [concat([real, neg(imaginary)], 2), concat([imaginary, real], 2)];
  const size = Math.sqrt(Array.from(sum(abs(taps), 0).dataSync()).reduce((total, one) => total + one ** 2, 0));
  // Each entry is a sum of height x width products with a wave that is itself rounded, and that may underflow; an entry stands in the
  // block twice.
  const under = height * width * 2 ** -126 * Math.sqrt(channels * filters);
  return { matrices: concat(rows, 1), error: 2 * ((height * width + 3) * 2 ** -24 * size + under) };
}

/** Cosines and sines [frequencies, taps] of half of the frequencies of a torus. */
function wavesOf([height, width]: readonly number[], [rows, columns]: readonly number[]): [Tensor2D, Tensor2D] {
  const angles: number[][] = [];
  for (let r = 0; r < rows; r++)
    for (let c = 0; 2 * c <= columns; c++)
      angles.push(
        Array.from({ length: height * width }, (_, tap) => {
          const [down, across] = [Math.floor(tap / width), tap % width];
          return 2 * Math.PI * ((r * down) / rows + (c * across) / columns);
        }),
      );
  const waves = (wave: (angle: number) => number) => tensor2d(angles.map((row) => row.map(wave)));
  return [waves(Math.cos), waves(Math.sin)];
}
