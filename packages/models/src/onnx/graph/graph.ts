import { InputError } from '@advml/core';
import type { GraphMessage, ModelMessage, NodeMessage, TensorMessage, ValueInfoMessage } from '../file/model.ts';
import { isStandard, labelOf } from './node.ts';

/** What a file holds, by the names of its values. */
export interface Graph {
  /** Version of the operators. */
  readonly opset: number;
  /** All nodes, in the order of the file. */
  readonly nodes: readonly NodeMessage[];
  /** The node that gives a value. */
  readonly producers: ReadonlyMap<string, NodeMessage>;
  /** Values that the file itself holds. */
  readonly initializers: ReadonlyMap<string, TensorMessage>;
  /** The one value that comes from outside. */
  readonly input: ValueInfoMessage;
  /** Values that the file calls its results. */
  readonly outputs: readonly ValueInfoMessage[];
}

/** The oldest version of the operators that is read. */
const OLDEST = 9;
/** The newest that was compared with onnxruntime; newer ones are read, with a note. */
const NEWEST = 24;

function opsetOf({ opsets }: ModelMessage): number {
  const opset = opsets.find(({ domain }) => isStandard(domain))?.version ?? 0;
  if (!(opset >= OLDEST))
    throw new InputError(
      `opset must be >= ${OLDEST}, got ${opset}; onnx.version_converter.convert_version(model, 17) in Python makes a newer one`,
    );
  return opset;
}

/** What there is to say of a version of the operators. */
export const opsetNotes = ({ opset }: Graph): string[] =>
  opset > NEWEST ? [`opset ${opset} is newer than those that fromOnnx was tested with, up to ${NEWEST}`] : [];

/** Things by name; each name once. */
function named<T>(what: string, pairs: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  const map = new Map(pairs);
  if (map.size === pairs.length) return map;
  const seen = new Set<string>();
  const twice = pairs.find(([name]) => seen.size === seen.add(name).size);
  throw new InputError(`each ${what} must be given once, got '${twice?.[0]}' twice`);
}

function inputOf({ inputs }: GraphMessage, initializers: ReadonlyMap<string, TensorMessage>): ValueInfoMessage {
  const open = inputs.filter(({ name }) => !initializers.has(name ?? ''));
  if (open.length !== 1)
    throw new InputError(
      `a model must have one input, got ${open.length}: ${open.map(({ name }) => `'${name}'`).join(', ')}; export one that takes the others as constants`,
    );
  return open[0];
}

/**
 * The graph of a file, with names in place of orders.
 *
 * @param model - As it was read.
 * @throws InputError if it is no model of one input, or gives a value twice.
 */
export function graphOf(model: ModelMessage): Graph {
  const { graph } = model;
  if (!graph || graph.nodes.length + graph.initializers.length === 0)
    throw new InputError('bytes must be a model of ONNX, got no graph with nodes');
  const opset = opsetOf(model);
  if (graph.sparseInitializers.length > 0)
    throw new InputError('weights must be dense, got sparse initializers; export the model with dense ones');
  const { nodes, outputs } = graph;
  const initializers = named(
    'initializer',
    graph.initializers.map((each) => [each.name ?? '', each] as const),
  );
  const given = nodes.flatMap((node) => node.outputs.filter(Boolean).map((name) => [name, node] as const));
  const producers = named('value', given);
  return { opset, nodes, producers, initializers, input: inputOf(graph, initializers), outputs };
}

/**
 * The nodes that a value needs, in the order of the file.
 *
 * @param graph - The graph.
 * @param output - Name of the value.
 * @throws InputError if a node needs what no node before it gives, as in a circle.
 */
export function neededNodes({ nodes, producers, initializers, input }: Graph, output: string): readonly NodeMessage[] {
  const wanted = new Set<NodeMessage>();
  const names = [output];
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    const node = producers.get(name);
    if (!node || wanted.has(node)) continue;
    wanted.add(node);
    for (const input of node.inputs) names.push(input);
  }
  const there = new Set([input.name ?? '', '', ...initializers.keys()]);
  const ordered = nodes.filter((node) => wanted.has(node));
  for (const node of ordered) {
    const missing = node.inputs.find((name) => !there.has(name));
    if (missing !== undefined)
      throw new InputError(`${labelOf(node)} needs '${missing}', which no node before it gives`);
    for (const name of node.outputs) there.add(name);
  }
  if (!there.has(output)) throw new InputError(`the graph must give its output, got no node for '${output}'`);
  return ordered;
}
