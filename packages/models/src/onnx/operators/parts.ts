import { InputError } from '@advml/core';
import { concat, gather, slice, split, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { axesOf, axisOf } from '../graph/axes.ts';
import { needed, numbersOf } from '../graph/numbers.ts';
import { type Call, type Operator, plain } from '../graph/operator.ts';
import { axisOfImage, graphValue, type Value } from '../graph/value.ts';
import { indicesOf, picked } from './along.ts';
import { padded } from './padding.ts';

/** Several values one after the other; images stay images. */
function concatenated(call: Call): Value {
  const values = call.inputs.filter((value) => value !== undefined);
  const rank = values[0].shape.length;
  const axis = axisOf(needed(call.attributes.int('axis'), call, 'an axis'), rank, call.label);
  const last = values.some((value) => value.last);
  const length = values.reduce((sum, { shape }) => sum + shape[axis], 0);
  call.room(values[0].shape.with(axis, length));
  const tensors = values.map((value) => (last ? value.image() : value.plain()));
  return graphValue(concat(tensors, last ? axisOfImage(axis, rank) : axis), last);
}

/** Lengths of the parts of a Split: stated, or equal but for the last. */
function partLengths(length: number, call: Call): readonly number[] {
  const stated = call.attributes.ints('split') ?? numbersOf(call, 1);
  if (stated) return stated;
  const count = call.attributes.int('num_outputs') ?? call.outputs;
  const each = Math.ceil(length / count);
  return Array.from({ length: Math.min(count, call.outputs) }, (_, at) => Math.min(each, length - each * at));
}

function parted(x: Tensor, call: Call): Tensor[] {
  const axis = axisOf(call.attributes.int('axis') ?? 0, x.rank, call.label);
  const lengths = partLengths(x.shape[axis], call);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total !== x.shape[axis] || lengths.some((length) => length < 0))
    throw new InputError(
      `${call.label} must have parts of ${x.shape[axis]} entries together, got ${lengths.join(', ')}`,
    );
  return split(x, [...lengths], axis);
}

/** Entries of one axis that a Slice keeps. */
function range(length: number, start: number, end: number, step: number): Int32Array {
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const bounded = (at: number) => Math.max(least, Math.min(most, at < 0 ? at + length : at));
  const [from, to] = [Math.max(0, bounded(start)), bounded(end)];
  const count = Math.max(0, Math.ceil((to - from) / step));
  return indicesOf(count, (at) => from + at * step);
}

function sliced(x: Tensor, call: Call): Tensor {
  const { attributes, label } = call;
  const starts = needed(attributes.ints('starts') ?? numbersOf(call, 1), call, 'starts');
  const ends = needed(attributes.ints('ends') ?? numbersOf(call, 2), call, 'ends');
  const axes = attributes.ints('axes') ?? numbersOf(call, 3) ?? starts.map((_, axis) => axis);
  const steps = numbersOf(call, 4) ?? starts.map(() => 1);
  axesOf(axes, x.rank, label);
  if (![ends, axes, steps].every((list) => list.length === starts.length) || steps.includes(0))
    throw new InputError(`${label} must have as many ends, axes and steps (none 0) as starts, ${starts.length}`);
  return axes.reduce<Tensor>((all, given, at) => {
    const axis = axisOf(given, x.rank, label);
    const kept = range(x.shape[axis], starts[at], ends[at], steps[at]);
    if (steps[at] !== 1) return picked(all, axis, kept);
    const begin = all.shape.map((_, other) => (other === axis ? (kept[0] ?? 0) : 0));
    return slice(
      all,
      begin,
      all.shape.map((length, other) => (other === axis ? kept.length : length)),
    );
  }, x);
}

/** Entries by their numbers, which may be negative and of any shape. */
function gathered(x: Tensor, indices: Tensor, call: Call): Tensor {
  const axis = axisOf(call.attributes.int('axis') ?? 0, x.rank, call.label);
  const length = x.shape[axis];
  const given = Array.from(indices.dataSync());
  const far = given.find((at) => !(at >= -length && at < length));
  if (far !== undefined)
    throw new InputError(`${call.label} must have indices from ${-length} to ${length - 1}, got ${far}`);
  call.room([...x.shape.slice(0, axis), indices.size, ...x.shape.slice(axis + 1)]);
  const positive = tensor(
    Int32Array.from(given, (at) => (at < 0 ? at + length : at)),
    indices.shape,
    'int32',
  );
  return gather(x, positive, axis);
}

/** Operators that take values apart or put them together. */
export const parts: Readonly<Record<string, Operator>> = {
  Concat: { attributes: ['axis'], run: (call) => [concatenated(call)] },
  Gather: plain('axis', ([x, indices], call) => gathered(x, indices, call)),
  Pad: plain('mode pads value', ([x], call) => padded(x, call)),
  Slice: plain('axes ends starts', ([x], call) => sliced(x, call)),
  Split: plain('axis num_outputs split', ([x], call) => parted(x, call)),
};
