// The networks whose weights went to PyTorch and back.
import { key } from '@advml/core';
import { balancedSplit } from '@advml/data';
import { digits } from '@advml/data/digits';
import { cnn, mlp, resnet } from '@advml/networks';

/** 1,497 digits to train on and 300 to test with. */
export const split = () => balancedSplit(digits(), 30, key('split', 0));

/** Batch normalization, and a dense layer after images of 2 x 2 with 12 channels. */
export const digitsNetwork = cnn({ inputs: [8, 8, 1], filters: [8, 12], sizes: [5, 3], hidden: [24], norm: 'batch' });

/** Images of three channels. */
export const colours = cnn({
  inputs: [8, 8, 3],
  filters: [4, 5],
  sizes: [3, 3],
  hidden: [7],
  outputs: 4,
  norm: 'batch',
});

/** Two stages, with a shortcut of strides. */
export const residual = resnet({ inputs: [8, 8, 2], filters: [4, 6], outputs: 3 });

/** A dense layer on the image itself. */
export const flat = mlp({ inputs: [3, 4, 2], hidden: [5], outputs: 3 });
