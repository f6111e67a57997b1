import {
  type ConcatAttrs,
  concat,
  type GradConfig,
  type PackAttrs,
  reshape,
  type SplitVAttrs,
  slice,
  stack,
  type Tensor,
  type UnpackAttrs,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Joining tensors and taking them apart. */
export const lists: readonly GradConfig[] = [
  gradient<ConcatAttrs>('Concat', { allInputs: true }, (dy, parts, { axis }) => {
    let start = 0;
    return eachPart(parts, (part) => {
      const begin = beginAlong(dy, axis, start);
      start += part.shape[axis];
      return () => slice(dy, begin, part.shape);
    });
  }),
  gradient<PackAttrs>('Pack', { allInputs: true }, (dy, parts, { axis }) =>
    eachPart(parts, (part, at) => () => {
      const size = dy.shape.map((length, along) => (along === axis ? 1 : length));
      return reshape(slice(dy, beginAlong(dy, axis, at), size), part.shape);
    }),
  ),
  gradient<SplitVAttrs, Tensor | Tensor[]>('SplitV', { inputs: ['x'] }, (dy, _saved, { axis }) => ({
    x: () => concat([dy].flat(), axis),
  })),
  gradient<UnpackAttrs, Tensor | Tensor[]>('Unpack', { inputs: ['value'] }, (dy, _saved, { axis }) => ({
    value: () => stack([dy].flat(), axis),
  })),
];

function eachPart(parts: Tensor[], derive: (part: Tensor, at: number) => () => Tensor) {
  return Object.fromEntries(parts.map((part, at) => [String(at), derive(part, at)]));
}

function beginAlong(x: Tensor, axis: number, start: number): number[] {
  return x.shape.map((_, along) => (along === axis ? start : 0));
}
