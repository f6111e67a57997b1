import { signOf } from '@advml/core/internal';
import {
  abs,
  acos,
  acosh,
  add,
  asin,
  asinh,
  atan,
  atanh,
  cast,
  ceil,
  cos,
  cosh,
  div,
  erf,
  exp,
  floor,
  floorDiv,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  reciprocal,
  round,
  sign,
  sin,
  sinh,
  sqrt,
  sub,
  type Tensor,
  tan,
} from '@tensorflow/tfjs-core';
import { elementwise, type Operator } from '../graph/operator.ts';

const unary = (f: (x: Tensor) => Tensor) => elementwise('', ([x]) => f(x));
const binary = (f: (a: Tensor, b: Tensor) => Tensor) => elementwise('', ([a, b]) => f(a, b));
/** Of any number of inputs. */
const folded = (f: (a: Tensor, b: Tensor) => Tensor) => elementwise('', (all) => all.reduce(f));

/** Quotients of whole numbers are cut towards zero. */
function divided(a: Tensor, b: Tensor): Tensor {
  if (a.dtype !== 'int32' || b.dtype !== 'int32') return div(a, b);
  return mul(floorDiv(abs(a), abs(b)), mul(sign(a), sign(b)));
}

/** Of the type of the base; powers of whole numbers are real ones in tfjs. */
function raised(base: Tensor, exponent: Tensor): Tensor {
  const power = pow(base, cast(exponent, 'float32'));
  return base.dtype === 'int32' ? cast(round(power), 'int32') : power;
}

/** Arithmetic of entries. */
export const arithmetic: Readonly<Record<string, Operator>> = {
  Abs: unary(abs),
  Acos: unary(acos),
  Acosh: unary(acosh),
  Add: binary(add),
  Asin: unary(asin),
  Asinh: unary(asinh),
  Atan: unary(atan),
  Atanh: unary(atanh),
  Ceil: unary(ceil),
  Cos: unary(cos),
  Cosh: unary(cosh),
  Div: binary(divided),
  Erf: unary(erf),
  Exp: unary(exp),
  Floor: unary(floor),
  Log: unary(log),
  Max: folded(maximum),
  Mean: elementwise('', (all) => div(all.reduce(add), all.length)),
  Min: folded(minimum),
  Mul: binary(mul),
  Neg: unary(neg),
  Pow: binary(raised),
  Reciprocal: unary(reciprocal),
  Round: unary(round),
  Sign: unary((x) => (x.dtype === 'float32' ? signOf(x) : sign(x))),
  Sin: unary(sin),
  Sinh: unary(sinh),
  Sqrt: unary(sqrt),
  Sub: binary(sub),
  Sum: folded(add),
  Tan: unary(tan),
};
