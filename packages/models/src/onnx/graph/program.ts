import { InputError } from '@advml/core';
import { clone, dispose, keep, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { constantOf } from '../file/constant-of.ts';
import { evaluate, type Memo } from './evaluate.ts';
import { type Graph, neededNodes } from './graph.ts';
import { type Node, nodeOf } from './node.ts';
import { type Room, roomOf } from './room.ts';
import { graphValue, type Value } from './value.ts';

/** A graph that runs: its constants are computed, and its weights are tensors. */
export interface Program {
  /** Nodes that depend on the input. */
  readonly nodes: readonly Node[];
  /** Tensors of weights and other constants by name. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /**
   * The output for an input; called within a `tidy`.
   *
   * @param x - The input.
   * @param onValue - Told the name and shape of each value on the way.
   */
  run(x: Value, onValue?: (name: string, shape: readonly number[]) => void): Tensor;
  /** Frees all tensors. */
  dispose(): void;
}

/** Names that some of the nodes take. */
const usedBy = (nodes: readonly Node[]) => new Set(nodes.flatMap(({ inputs }) => inputs));

/** Tensors of those initializers that are used. */
function weightsOf({ initializers }: Graph, used: ReadonlySet<string>): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  try {
    for (const [name, message] of initializers)
      if (used.has(name)) tensors.set(name, keep(constantOf(message, `initializer '${name}'`)));
    return tensors;
  } catch (error) {
    dispose([...tensors.values()]);
    throw error;
  }
}

const isConstant = ({ inputs }: Node, constants: ReadonlyMap<string, Tensor>) =>
  inputs.every((name) => name === '' || constants.has(name));

/** The inputs of a node among the values there are. */
function inputsOf({ inputs, label }: Node, find: (name: string) => Value | undefined): (Value | undefined)[] {
  return inputs.map((name) => {
    const value = name === '' ? undefined : find(name);
    if (name !== '' && !value)
      throw new InputError(`${label} needs '${name}', an output that its operator does not give here`);
    return value;
  });
}

/** Runs the nodes that depend on no input, adds what they give to the constants, and gives the other nodes. */
function fold(nodes: readonly Node[], constants: Map<string, Tensor>, memo: Memo, room: Room): Node[] {
  return nodes.filter((node) => {
    if (!isConstant(node, constants)) return true;
    tidy(() => {
      const find = (name: string) => graphValue(constants.get(name) as Tensor, false, true);
      const values = evaluate(node, inputsOf(node, find), memo, room);
      for (const [at, name] of node.outputs.entries())
        if (name !== '' && values[at]) constants.set(name, keep(clone(values[at].plain())));
    });
    dispose([...memo.values()]);
    memo.clear();
    return false;
  });
}

/** Values that are needed no more after a node has run. */
function lastUses(nodes: readonly Node[], kept: readonly string[]): ReadonlyMap<Node, readonly string[]> {
  const seen = new Set(['', ...kept]);
  const uses = new Map<Node, readonly string[]>();
  for (const node of [...nodes].reverse()) {
    const names = new Set([...node.inputs, ...node.outputs].filter((name) => !seen.has(name)));
    for (const name of names) seen.add(name);
    uses.set(node, [...names]);
  }
  return uses;
}

/** Frees constants that are not used any more. */
function freeUnused(constants: Map<string, Tensor>, used: ReadonlySet<string>): void {
  for (const [name, tensor] of constants) {
    if (used.has(name)) continue;
    tensor.dispose();
    constants.delete(name);
  }
}

/**
 * A graph that runs up to one of its values.
 *
 * @param graph - The graph.
 * @param output - Name of the value.
 * @param limit - The most numbers that one example may make on its way.
 * @throws InputError that names a node which cannot run, or a weight that cannot be read.
 */
export function programOf(graph: Graph, output: string, limit: number): Program {
  const all = neededNodes(graph, output).map((message) => nodeOf(message, graph.opset));
  const input = graph.input.name ?? '';
  const constants = weightsOf(graph, usedBy(all));
  const memo: Memo = new Map();
  const free = () => dispose([...constants.values(), ...memo.values()]);
  try {
    const nodes = fold(all, constants, memo, roomOf(limit));
    if (constants.has(output))
      throw new InputError(`the output must depend on the input '${input}', got '${output}', which is constant`);
    freeUnused(constants, usedBy(nodes));
    const uses = lastUses(nodes, [input, output, ...constants.keys()]);
    const run: Program['run'] = (x, onValue) => {
      const room = roomOf(limit * x.shape[0]);
      const values = new Map([[input, x]]);
      const constant = (name: string) => constants.get(name) && graphValue(constants.get(name) as Tensor, false, true);
      for (const node of nodes) {
        const given = inputsOf(node, (name) => values.get(name) ?? constant(name));
        const results = evaluate(node, given, memo, room);
        for (const [at, value] of results.entries()) {
          values.set(node.outputs[at] ?? '', value);
          onValue?.(node.outputs[at] ?? '', value.shape);
        }
        for (const name of uses.get(node) ?? []) values.get(name)?.tensor.dispose();
      }
      const y = values.get(output);
      if (!y) throw new InputError(`the graph must give its output, got no node that gives '${output}' here`);
      return clone(y.plain());
    };
    return { nodes, constants, run, dispose: free };
  } catch (error) {
    free();
    throw error;
  }
}
