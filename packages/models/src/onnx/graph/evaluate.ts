import { InputError } from '@advml/core';
import { clone, keep, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Node } from './node.ts';
import type { Call } from './operator.ts';
import type { Room } from './room.ts';
import { graphValue, type Value } from './value.ts';

/** Tensors that nodes make of weights once, such as filters in the order of tfjs. */
export type Memo = Map<string, Tensor>;

/** What a node is given to run. */
function callOf(node: Node, inputs: readonly (Value | undefined)[], memo: Memo, room: Room): Call {
  const { label, opset, attributes, outputs } = node;
  return {
    label,
    opset,
    attributes,
    inputs,
    outputs: outputs.length,
    room: (shape) => room.need(shape, label),
    once: (name, from, make) => {
      const values = from.map((index) => inputs[index] as Value);
      const made = () => tidy(() => make(...values.map((value) => value.plain())));
      if (!values.every(({ constant }) => constant)) return made();
      const place = `${label} ${node.outputs[0]} ${name}`;
      const known = memo.get(place) ?? keep(made());
      memo.set(place, known);
      return known;
    },
  };
}

/** An error of tfjs, or of an operator, with the name of the node. */
function failed(node: Node, error: unknown): Error {
  if (error instanceof InputError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new InputError(`${node.label} must have inputs that its operator can take, got an error: ${message}`);
}

/**
 * Runs a node.
 *
 * @param node - The node.
 * @param inputs - Its inputs; undefined where one is left out.
 * @param memo - Tensors made once, which it adds to.
 * @param room - How much may be made.
 * @returns New values, owned by the caller.
 * @throws InputError that names the node, if it cannot run.
 */
export function evaluate(node: Node, inputs: readonly (Value | undefined)[], memo: Memo, room: Room): readonly Value[] {
  const given = new Set(inputs.map((value) => value?.tensor));
  /** Operators may give an input itself, as a sum of one does. */
  const owned = (value: Value) => (given.has(value.tensor) ? graphValue(clone(value.tensor), value.last) : value);
  try {
    const values = tidy(() => node.operator.run(callOf(node, inputs, memo, room)).map(owned) as never) as Value[];
    for (const { shape } of values) room.take(shape, node.label);
    return values;
  } catch (error) {
    throw failed(node, error);
  }
}
