import { fill } from '@tensorflow/tfjs-core';
import type { LayerParameter } from './layer.ts';

/** A parameter whose entries all start at one number. */
export const constant = (shape: readonly number[], value: number): LayerParameter => ({
  shape,
  init: () => fill([...shape], value),
});
