import { InputError, type Key } from '@advml/core';
import { requireInteger } from '@advml/core/internal';
import { type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';

/**
 * How classes are written: `signs` are -1 and +1 (float32, two classes, for scores), `classes` are 0, 1, 2, ... (int32,
 * for logits).
 */
export type LabelKind = 'signs' | 'classes';

/** Refuses a number of classes below two, and signs for more than two. */
export function requireLabelKind(labels: LabelKind, classes: number): void {
  requireInteger({ classes }, 2);
  if (labels !== 'signs' && labels !== 'classes') {
    throw new InputError(`labels must be 'signs' or 'classes', got ${labels}`);
  }
  if (labels === 'signs' && classes !== 2) {
    throw new InputError(`labels 'signs' are for two classes, got ${classes}; use 'classes'`);
  }
}

/** A class, all equally likely. */
export function drawClass(key: Key, classes: number): number {
  return Math.floor(key.bits(1)[0] * 2 ** -32 * classes);
}

/** Classes as a tensor of labels, [batch]. */
export function labelTensor(classes: readonly number[], labels: LabelKind): Tensor1D {
  return labels === 'signs'
    ? tensor1d(Float32Array.from(classes, (own) => 2 * own - 1))
    : tensor1d(Int32Array.from(classes), 'int32');
}
