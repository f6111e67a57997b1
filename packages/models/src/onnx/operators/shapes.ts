import { InputError } from '@advml/core';
import { broadcastTo, expandDims, reshape, squeeze, type Tensor, tile, transpose } from '@tensorflow/tfjs-core';
import { axesOf, axisOf, sizeOf } from '../graph/axes.ts';
import { attributeOrInput, needed, numbersOf, requireOnly } from '../graph/numbers.ts';
import { broadcastShape, type Call, elementwise, type Operator, plain } from '../graph/operator.ts';

/** The shape of a Reshape: 0 stands for the length that was there, -1 for what remains. */
function wantedShape(x: Tensor, call: Call): number[] {
  const given = needed(numbersOf(call, 1), call, 'a shape');
  const keepsZeros = call.attributes.int('allowzero') === 1;
  const shape = given.map((length, axis) => (length === 0 && !keepsZeros ? x.shape[axis] : length));
  const free = shape.indexOf(-1);
  if (free >= 0) {
    const others = sizeOf(shape.filter((_, axis) => axis !== free));
    shape[free] = others > 0 ? x.size / others : 0;
  }
  if (!shape.every((length) => Number.isInteger(length) && length >= 0) || sizeOf(shape) !== x.size)
    throw new InputError(`${call.label} must keep the ${x.size} entries of shape [${x.shape}], got a shape [${given}]`);
  return shape;
}

/** All axes before the given one together, and all from it on. */
function flattened(x: Tensor, { attributes, label }: Call): Tensor {
  const axis = attributes.int('axis') ?? 1;
  const at = axis === x.rank ? axis : axisOf(axis, x.rank, label);
  const rows = sizeOf(x.shape.slice(0, at));
  return reshape(x, [rows, sizeOf(x.shape.slice(at))]);
}

function expanded(x: Tensor, call: Call): Tensor {
  const shape = broadcastShape([x.shape, needed(numbersOf(call, 1), call, 'a shape')]);
  call.room(shape);
  return broadcastTo(x, shape);
}

function tiled(x: Tensor, call: Call): Tensor {
  const repeats = needed(numbersOf(call, 1), call, 'repeats');
  if (repeats.length !== x.rank || repeats.some((times) => times < 0))
    throw new InputError(`${call.label} must have ${x.rank} repeats >= 0, got ${repeats.join(', ')}`);
  call.room(x.shape.map((length, axis) => length * repeats[axis]));
  return tile(x, repeats);
}

function squeezed(x: Tensor, call: Call): Tensor {
  const axes = attributeOrInput(call, 'axes', 1);
  if (axes && axes.length === 0) return x.clone();
  const found = axes && axesOf(axes, x.rank, call.label);
  return squeeze(x, found);
}

function unsqueezed(x: Tensor, call: Call): Tensor {
  const axes = needed(attributeOrInput(call, 'axes', 1), call, 'axes');
  return axesOf(axes, x.rank + axes.length, call.label).reduce<Tensor>((all, axis) => expandDims(all, axis), x);
}

/** Blocks of channels as blocks of pixels, or the other way round; the order of axes says which. */
function blocks(x: Tensor, call: Call, toSpace: boolean): Tensor {
  const size = needed(call.attributes.int('blocksize'), call, 'blocksize');
  const [batch, channels, height, width] = x.shape;
  if (!toSpace) {
    const apart = reshape(x, [batch, channels, height / size, size, width / size, size]);
    return reshape(transpose(apart, [0, 3, 5, 1, 2, 4]), [batch, channels * size ** 2, height / size, width / size]);
  }
  const fewer = channels / size ** 2;
  const isColumnRow = call.attributes.text('mode') === 'CRD';
  if (!isColumnRow) requireOnly(call, 'mode', call.attributes.text('mode'), 'DCR');
  const apart = reshape(
    x,
    isColumnRow ? [batch, fewer, size, size, height, width] : [batch, size, size, fewer, height, width],
  );
  const turned = transpose(apart, isColumnRow ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
  return reshape(turned, [batch, fewer, height * size, width * size]);
}

function refuseTraining({ inputs, label }: Call): void {
  const training = inputs[2]?.plain().dataSync()[0];
  if (training) throw new InputError(`${label} must have training_mode false, as in evaluation, got true`);
}

/** Operators that give the same entries in another shape or order. */
export const shapes: Readonly<Record<string, Operator>> = {
  DepthToSpace: plain('blocksize mode', ([x], call) => blocks(x, call, true)),
  Dropout: elementwise('ratio seed', ([x], call) => {
    refuseTraining(call);
    return x.clone();
  }),
  Expand: plain('', ([x], call) => expanded(x, call)),
  Flatten: plain('axis', ([x], call) => flattened(x, call)),
  Reshape: plain('allowzero', ([x], call) => reshape(x, wantedShape(x, call))),
  SpaceToDepth: plain('blocksize', ([x], call) => blocks(x, call, false)),
  Squeeze: plain('axes', ([x], call) => squeezed(x, call)),
  Tile: plain('', ([x], call) => tiled(x, call)),
  Transpose: plain('perm', ([x], call) => transpose(x, permutation(x, call))),
  Unsqueeze: plain('axes', ([x], call) => unsqueezed(x, call)),
};

function permutation(x: Tensor, { attributes, label }: Call): number[] {
  const given = attributes.ints('perm');
  if (!given) return x.shape.map((_, axis) => x.rank - 1 - axis);
  if (given.length !== x.rank || axesOf(given, x.rank, label).length !== x.rank || given.some((axis) => axis < 0))
    throw new InputError(`${label} must have a perm of the ${x.rank} axes, got ${given.join(', ')}`);
  return [...given];
}
