import { backend_util, type Tensor } from '@tensorflow/tfjs-core';
import type { Attributes } from '../file/attributes.ts';
import { graphValue, type Value } from './value.ts';

/** What an operator is given when its node runs. */
export interface Call {
  /** The node as messages name it. */
  readonly label: string;
  /** Version of the operators. */
  readonly opset: number;
  /** What goes in; undefined where an optional value is left out. */
  readonly inputs: readonly (Value | undefined)[];
  /** How many values come out. */
  readonly outputs: number;
  /** What the file says beside the inputs. */
  readonly attributes: Attributes;
  /**
   * Refuses a result that is too large, before it is made.
   *
   * @param shape - Its shape.
   */
  room(shape: readonly number[]): void;
  /**
   * Makes a tensor of some inputs, once for all runs if they are constant.
   *
   * @param name - Tells it from others of the node.
   * @param from - Numbers of the inputs, all there.
   * @param make - Gives a new tensor.
   */
  once(name: string, from: readonly number[], make: (...inputs: Tensor[]) => Tensor): Tensor;
}

/** An operator of ONNX. */
export interface Operator {
  /** Names of all attributes that it understands. */
  readonly attributes: readonly string[];
  /** From what goes in to what comes out. */
  readonly run: (call: Call) => readonly Value[];
}

const listed = (names: string) => names.split(' ').filter(Boolean);

/**
 * An operator on tensors of ONNX's shapes.
 *
 * @param attributes - Names of its attributes, between spaces.
 * @param compute - From tensors to one tensor or several.
 */
export function plain(attributes: string, compute: (inputs: Tensor[], call: Call) => Tensor | Tensor[]): Operator {
  return {
    attributes: listed(attributes),
    run: (call) => {
      const results = compute(call.inputs.map((value) => value?.plain()) as Tensor[], call);
      return [results].flat().map((tensor) => graphValue(tensor));
    },
  };
}

/**
 * An operator that computes each entry of its result from one entry of each input, with broadcasting: the order of axes does not matter.
 *
 * @param attributes - Names of its attributes, between spaces.
 * @param compute - From tensors whose axes have the same order to one tensor.
 */
export function elementwise(attributes: string, compute: (inputs: Tensor[], call: Call) => Tensor): Operator {
  return {
    attributes: listed(attributes),
    run: (call) => {
      const given = call.inputs.filter((value) => value !== undefined);
      const rank = Math.max(...given.map(({ shape }) => shape.length));
      const last = given.some((value) => value.last && value.shape.length === rank);
      const tensors = call.inputs.map((value) => (last ? value?.image(rank) : value?.plain())) as Tensor[];
      call.room(broadcastShape(given.map(({ shape }) => shape)));
      return [graphValue(compute(tensors, call), last)];
    },
  };
}

/**
 * An operator on images, whose first input and result have channels last, [batch, ..., channels].
 *
 * @param attributes - Names of its attributes, between spaces.
 * @param compute - From images to images; other inputs are in the call.
 */
export function onImages(attributes: string, compute: (x: Tensor, call: Call) => Tensor): Operator {
  return {
    attributes: listed(attributes),
    run: (call) => [graphValue(compute((call.inputs[0] as Value).image(), call), true)],
  };
}

/** The shape that several have together, by broadcasting. */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  return shapes.reduce<number[]>(
    (together, shape) => backend_util.assertAndGetBroadcastShape(together, [...shape]),
    [],
  );
}
