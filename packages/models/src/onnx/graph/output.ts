import { InputError } from '@advml/core';
import type { NodeMessage } from '../file/model.ts';
import type { Graph } from './graph.ts';
import { isStandard } from './node.ts';

/** Functions that make probabilities of logits, which attacks do better without. */
const TO_PROBABILITIES = ['Softmax', 'LogSoftmax', 'Sigmoid'];

/** The value that becomes the classifier's, and what was chosen. */
export interface Output {
  readonly name: string;
  readonly notes: readonly string[];
}

/** The output that the user names, or the first of the file. */
function chosenOutput({ outputs, producers }: Graph, wanted: string | undefined): Output {
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

/** Whether a node makes probabilities along the classes. */
function givesProbabilities(node: NodeMessage): boolean {
  if (!isStandard(node.domain) || !TO_PROBABILITIES.includes(node.operator ?? '')) return false;
  const axis = node.attributes.find(({ name }) => name === 'axis')?.int;
  return axis === undefined || axis === 1 || axis === -1;
}

/** The node that makes a value, before any that only hand it on. */
function behindIdentities({ nodes, producers }: Graph, name: string): NodeMessage | undefined {
  let node = producers.get(name);
  for (let steps = 0; node?.operator === 'Identity' && steps < nodes.length; steps++)
    node = producers.get(node.inputs[0] ?? '');
  return node;
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
  const { name, notes } = chosenOutput(graph, wanted);
  if (probabilities) return { name, notes };
  const last = behindIdentities(graph, name);
  if (!last || !givesProbabilities(last)) return { name, notes };
  return {
    name: last.inputs[0] ?? '',
    notes: [...notes, `the last ${last.operator} was left out: attacks need what comes before it`],
  };
}
