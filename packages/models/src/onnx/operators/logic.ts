import {
  cast,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core';
import { elementwise, type Operator } from '../graph/operator.ts';

const binary = (f: (a: Tensor, b: Tensor) => Tensor) => elementwise('', ([a, b]) => f(a, b));
const truth = (x: Tensor) => cast(x, 'bool');

/** Comparisons, which have no gradient, and what depends on them. */
export const logic: Readonly<Record<string, Operator>> = {
  And: binary(logicalAnd),
  Equal: binary(equal),
  Greater: binary(greater),
  GreaterOrEqual: binary(greaterEqual),
  Less: binary(less),
  LessOrEqual: binary(lessEqual),
  Not: elementwise('', ([x]) => logicalNot(truth(x))),
  Or: binary(logicalOr),
  Where: elementwise('', ([condition, a, b]) => where(truth(condition), a, b)),
  Xor: binary(logicalXor),
};
