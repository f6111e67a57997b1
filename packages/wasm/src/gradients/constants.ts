import { type GradConfig, zeros } from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

const ofOne = [
  'Step',
  'Sign',
  'Floor',
  'Ceil',
  'Round',
  'ZerosLike',
  'OnesLike',
  'ArgMax',
  'ArgMin',
  'IsNan',
  'IsInf',
  'IsFinite',
  'LogicalNot',
  'All',
  'Any',
];
const ofTwo = [
  'Equal',
  'NotEqual',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'LogicalAnd',
  'LogicalOr',
  'LogicalXor',
];

/** Samples, chosen boxes, places in sorted lists, shapes: inputs by name. */
const ofSome: Record<string, readonly string[]> = {
  Multinomial: ['logits'],
  NonMaxSuppressionV3: ['boxes', 'scores'],
  NonMaxSuppressionV4: ['boxes', 'scores'],
  SearchSorted: ['sortedSequence', 'values'],
  BitwiseAnd: ['a', 'b'],
  BroadcastArgs: ['s0', 's1'],
  OneHot: ['indices'],
};

/** Functions that are constant between jumps: comparisons, rounding, positions, choices. Their gradient is 0. */
export const constants: readonly GradConfig[] = [
  ...ofOne.map((kernelName) => gradient(kernelName, { inputs: ['x'] }, (_dy, [x]) => ({ x: () => zeros(x.shape) }))),
  ...ofTwo.map((kernelName) =>
    gradient(kernelName, { inputs: ['a', 'b'] }, (_dy, [a, b]) => ({
      a: () => zeros(a.shape),
      b: () => zeros(b.shape),
    })),
  ),
  ...Object.entries(ofSome).map(([kernelName, inputs]) =>
    gradient(kernelName, { inputs }, (_dy, saved) =>
      Object.fromEntries(inputs.map((name, at) => [name, () => zeros(saved[at].shape)])),
    ),
  ),
];
