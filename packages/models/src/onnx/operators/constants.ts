import { InputError } from '@advml/core';
import {
  abs,
  cast,
  clone,
  fill,
  floor,
  mul,
  reshape,
  scalar,
  sign,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { constantOf } from '../file/constant-of.ts';
import { arrayOf, elementType } from '../file/element-types.ts';
import { sizeOf } from '../graph/axes.ts';
import { needed, numbersOf } from '../graph/numbers.ts';
import { type Call, elementwise, type Operator, plain } from '../graph/operator.ts';
import { graphValue, type Value } from '../graph/value.ts';

/** Whole numbers as a tensor. */
const integers = (values: readonly number[]) =>
  tensor1d(
    arrayOf('int32', values.length, (entry) => values[entry]),
    'int32',
  );

/** The one attribute that a constant has. */
function constant({ attributes, label }: Call): Tensor {
  const [float, int] = [attributes.float('value_float'), attributes.int('value_int')];
  if (float !== undefined) return scalar(float);
  if (int !== undefined) return reshape(integers([int]), []);
  const [floats, ints] = [attributes.floats('value_floats'), attributes.ints('value_ints')];
  if (floats !== undefined) return tensor1d([...floats]);
  if (ints !== undefined) return integers(ints);
  const value = attributes.tensor('value');
  if (value === undefined) throw new InputError(`${label} must have a value of numbers, got none`);
  return constantOf(value, label);
}

function constantOfShape(call: Call): Tensor {
  const shape = needed(numbersOf(call, 0), call, 'a shape');
  call.room(shape);
  const message = call.attributes.tensor('value');
  if (!message) return fill(shape, 0);
  const value = constantOf(message, call.label);
  return fill(shape, value.dataSync()[0], value.dtype as 'float32');
}

/** To another type of numbers; real ones are cut towards zero to whole ones, and their gradient ends there. */
function converted(x: Tensor, dtype: Tensor['dtype']): Tensor {
  const isCut = x.dtype === 'float32' && dtype === 'int32';
  return cast(isCut ? mul(sign(x), floor(abs(x))) : x, dtype);
}

function ranged(inputs: Tensor[], call: Call): Tensor {
  const [start, limit, delta] = [0, 1, 2].map((index) => needed(numbersOf(call, index), call, 'three numbers')[0]);
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  call.room([count]);
  const { dtype } = inputs[0];
  return tensor1d(
    arrayOf(dtype, count, (at) => start + at * delta), // not one added to the other
    dtype,
  );
}

/** An operator that looks at the shape of its input only. */
const ofShape = (attributes: string[], compute: (shape: readonly number[], call: Call) => Tensor): Operator => ({
  attributes,
  run: (call) => [graphValue(compute((call.inputs[0] as Value).shape, call))],
});

/** Constants, shapes as numbers, and types of numbers. */
export const constants: Readonly<Record<string, Operator>> = {
  Cast: elementwise('to saturate round_mode', ([x], { attributes, label }) =>
    converted(x, elementType(attributes.int('to'), label).dtype),
  ),
  CastLike: elementwise('saturate round_mode', ([x, like]) => converted(x, like.dtype)),
  Constant: plain('value value_float value_floats value_int value_ints', (_, call) => constant(call)),
  ConstantOfShape: plain('value', (_, call) => constantOfShape(call)),
  Identity: elementwise('', ([x]) => clone(x)),
  Range: plain('', ranged),
  Shape: ofShape(['start', 'end'], (shape, { attributes }) =>
    integers(shape.slice(attributes.int('start') ?? 0, attributes.int('end'))),
  ),
  Size: ofShape([], (shape) => reshape(integers([sizeOf(shape)]), [])),
};
