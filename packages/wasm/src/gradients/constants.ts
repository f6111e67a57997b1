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

/** Functions that are constant between jumps: comparisons, rounding, positions. Their gradient is 0. */
export const constants: readonly GradConfig[] = [
  ...ofOne.map((kernelName) => gradient(kernelName, { inputs: ['x'] }, (_dy, [x]) => ({ x: () => zeros(x.shape) }))),
  ...ofTwo.map((kernelName) =>
    gradient(kernelName, { inputs: ['a', 'b'] }, (_dy, [a, b]) => ({
      a: () => zeros(a.shape),
      b: () => zeros(b.shape),
    })),
  ),
  gradient('OneHot', { inputs: ['indices'] }, (_dy, [indices]) => ({ indices: () => zeros(indices.shape) })),
];
