import { InputError } from '@advml/core';
import type { GraphModelLike } from './graph-model.ts';
import { squeezes } from './squeezing.ts';

/** A node of a graph, as tfjs-converter keeps it. */
interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** What kind of operation it is; missing where tfjs-converter does not know it. */
  readonly category?: string;
  /** Its name in the signature of the SavedModel, if it is an output there. */
  readonly signatureKey?: string;
  readonly inputNames: readonly string[];
  readonly attrParams: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** Operations whose output is their first input, or its numbers in another shape. */
const PASSING = [
  'Identity',
  'IdentityN',
  'StopGradient',
  'PreventGradient',
  'Snapshot',
  'Reshape',
  'Squeeze',
  'ExpandDims',
];

/** Where a graph's logits are. */
export interface GraphOutput {
  /** Name of the node. */
  readonly node: string;
  /** The activation that comes after it and is left out. */
  readonly left?: { readonly activation: string; readonly place: string };
  /** What cannot be left out. */
  readonly notes: readonly string[];
}

/** The nodes of a graph by name; those of a `GraphModel` are not part of its public type. */
function nodesOf(model: GraphModelLike): Readonly<Record<string, GraphNode>> {
  const { executor } = model as unknown as { executor?: { graph?: { nodes?: Record<string, GraphNode> } } };
  const nodes = executor?.graph?.nodes;
  if (nodes) return nodes;
  throw new InputError('fromGraphModel takes a GraphModel of tfjs-converter 4, loaded by loadGraphModel');
}

const nameOf = (input: string) => input.replace(/^\^/, '').replace(/:\d+$/, '');

/** Refuses a graph in which an output needs an operation that tfjs-converter cannot compute. */
function requireKnown(nodes: Readonly<Record<string, GraphNode>>, output: GraphNode): void {
  const needed = new Set([output]);
  for (const { name, op, category, inputNames } of needed) {
    if (category === undefined)
      throw new InputError(
        `fromGraphModel: tfjs-converter does not know the operation ${op} of node '${name}'; save the model without it, or give it by ` +
          'registerOp of tfjs-converter before the model is loaded',
      );
    for (const input of inputNames) needed.add(nodes[nameOf(input)]);
  }
}

/**
 * The node whose output are the logits: the one before the softmax or sigmoid that ends the graph, or the one that is asked for.
 *
 * @param model - The model.
 * @param wanted - Name of the output; undefined for the only one.
 * @param isRow - Whether a node gives one row of numbers an example.
 * @throws InputError if there are several outputs and none is named, no node has that name, or an operation before it is not known.
 */
export function graphOutput(
  model: GraphModelLike,
  wanted: string | undefined,
  isRow: (node: string) => boolean,
): GraphOutput {
  const nodes = nodesOf(model);
  const names = model.outputs.map(({ name }) => name);
  if (wanted === undefined && names.length !== 1)
    throw new InputError(`fromGraphModel: output must be one of ${names.join(', ')}, or any other node, got none`);
  const output = wanted ?? names[0];
  const named = (key: string) => Object.values(nodes).find((each) => each.signatureKey === key);
  let node: GraphNode | undefined = Object.hasOwn(nodes, nameOf(output)) ? nodes[nameOf(output)] : named(output);
  if (!node)
    throw new InputError(`fromGraphModel: output must be a node, such as ${names.join(', ')}, got '${output}'`);
  requireKnown(nodes, node);
  const last = node;
  while (PASSING.includes(node.op)) node = nodes[nameOf(node.inputNames[0])];
  if (squeezes(node.op)) {
    const place = `node '${node.name}'`;
    if (node === last || isRow(node.inputNames[0]))
      return { node: node.inputNames[0], left: { activation: node.op, place }, notes: [] };
    return { node: output, notes: [`the ${node.op} (${place}) stays, since it is computed before rows become one`] };
  }
  const fused = node.attrParams.fusedOps?.value;
  const inside = Array.isArray(fused) ? fused.find((name) => squeezes(String(name))) : undefined;
  if (inside === undefined) return { node: output, notes: [] };
  return {
    node: output,
    notes: [`the ${inside} is part of node '${node.name}', and stays: gradients vanish where it saturates`],
  };
}
