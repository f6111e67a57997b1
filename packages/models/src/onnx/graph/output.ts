import { InputError } from '@advml/core';
import type { NodeMessage } from '../file/model.ts';
import { sizeOf } from './axes.ts';
import type { Graph } from './graph.ts';
import { isStandard, labelOf } from './node.ts';

/** Functions that make probabilities of logits, which attacks do better without. */
const TO_PROBABILITIES = ['Softmax', 'LogSoftmax', 'Sigmoid'];
/** Operators that hand numbers on, in another shape at most. */
const PASSING = ['Identity', 'Dropout', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze'];

/** The value that becomes the classifier's, and what was chosen. */
export interface Output {
  /** The graph, without what was left out. */
  readonly graph: Graph;
  readonly name: string;
  readonly notes: readonly string[];
  /** The node that was left out, if there is one. */
  readonly left?: NodeMessage;
}

/** A Softmax that was left out, though the classes keep their order only with it. */
export class NeededError extends InputError {}

/** The output that the user names, or the first of the file. */
function chosenOutput({ outputs, producers }: Graph, wanted: string | undefined): Omit<Output, 'graph'> {
  const names = outputs.map(({ name }) => name ?? '');
  if (wanted !== undefined) {
    if (producers.has(wanted)) return { name: wanted, notes: [] };
    throw new InputError(
      `output must be a value of the graph, such as ${names.map((name) => `'${name}'`).join(', ')}, got '${wanted}'`,
    );
  }
  if (names.length === 0) throw new InputError('the graph must have an output, got none');
  const [name, ...others] = names;
  const notes =
    others.length === 0
      ? []
      : [`the output is '${name}'; the file also has ${others.map((other) => `'${other}'`).join(', ')}`];
  return { name, notes };
}

const statedAxis = ({ attributes }: NodeMessage) => attributes.find(({ name }) => name === 'axis')?.int;

/** Whether a node makes probabilities along the classes. */
function givesProbabilities(node: NodeMessage): boolean {
  if (!isStandard(node.domain) || !TO_PROBABILITIES.includes(node.operator ?? '')) return false;
  return [undefined, 1, -1].includes(statedAxis(node));
}

/** Numbers of ONNX's types of real numbers. */
const REAL = [1, 10, 11, 16];
const handsOn = ({ operator, attributes }: NodeMessage) =>
  PASSING.includes(operator ?? '') ||
  (operator === 'Cast' && REAL.includes(attributes.find(({ name }) => name === 'to')?.int ?? 0));

/** The node that makes a value, before any that only hand it on. */
function behindPassing({ nodes, producers }: Graph, name: string): NodeMessage | undefined {
  let node = producers.get(name);
  for (let steps = 0; node && handsOn(node) && steps < nodes.length; steps++)
    node = producers.get(node.inputs[0] ?? '');
  return node;
}

/** The graph with a node that hands on its input. */
function without(left: NodeMessage, graph: Graph): Graph {
  const identity = { ...left, operator: 'Identity', attributes: [] };
  const changed = (node: NodeMessage) => (node === left ? identity : node);
  const producers = new Map(Array.from(graph.producers, ([name, node]) => [name, changed(node)] as const));
  return { ...graph, nodes: graph.nodes.map(changed), producers };
}

/**
 * Where the classifier ends.
 *
 * @param graph - The graph.
 * @param wanted - Name of a value. Default: the first output of the file.
 * @param probabilities - Whether a last Softmax, LogSoftmax or Sigmoid stays.
 * @throws InputError if there is no such value.
 */
export function outputOf(graph: Graph, wanted: string | undefined, probabilities: boolean): Output {
  const chosen = chosenOutput(graph, wanted);
  const last = probabilities ? undefined : behindPassing(graph, chosen.name);
  if (!last || !givesProbabilities(last)) return { ...chosen, graph };
  const notes = [...chosen.notes, `the last ${last.operator} was left out: attacks need what comes before it`];
  return { ...chosen, graph: without(last, graph), notes, left: last };
}

/**
 * Refuses to leave out a Softmax that does not go over the classes of each example.
 *
 * @param output - Where the classifier ends.
 * @param name - A value on the way there.
 * @param shape - Its shape.
 * @param examples - How many examples went in.
 * @throws NeededError if there are several softmaxes an example, side by side; InputError if each goes over one number.
 */
export function requireOneSoftmax(
  { graph: { opset }, left }: Output,
  name: string,
  shape: readonly number[],
  examples: number,
): void {
  if (!left || left.operator === 'Sigmoid' || left.outputs[0] !== name) return;
  const label = labelOf(left);
  const last = shape.length - 1; // 0 where a squeeze took the axis of a single example away
  const axis = (statedAxis(left) ?? (opset < 13 ? 1 : -1)) === 1 ? Math.min(1, last) : last;
  const width = opset < 13 ? sizeOf(shape.slice(axis)) : shape[axis];
  if (width === 1) throw new InputError(`${label} goes over one number, so it is the same whatever the input`);
  if (sizeOf(shape) !== width * examples)
    throw new NeededError(`${label} goes over several rows of an example; { probabilities: true } keeps it`);
}
