import { InputError } from '@advml/core';

/** What remains of a list after all were taken that are ready, until none is. */
function stuck<Item>(items: readonly Item[], take: (item: Item) => boolean): readonly Item[] {
  const left = items.filter((item) => !take(item));
  return left.length === items.length || left.length === 0 ? left : stuck(left, take);
}

/** A node of a graph, as model.json has it. */
export interface JsonNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
}

/** Name of the node that an input of another names. */
export const inputName = (input: string): string => input.replace(/^\^/, '').split(':')[0];

/**
 * Refuses a graph whose nodes wait for each other, since nothing computes it; loops of TensorFlow go through a NextIteration.
 *
 * @param nodes - Its nodes; all that they name are there.
 * @throws InputError if there is such a circle.
 */
export function requireNoCircle(nodes: readonly JsonNode[]): void {
  const done = new Set<string>();
  const take = ({ name, op, input = [] }: JsonNode) => {
    const isReady = op === 'NextIteration' || input.every((each) => done.has(inputName(each)));
    if (isReady) done.add(name);
    return isReady;
  };
  const [first] = stuck(nodes, take);
  if (first)
    throw new InputError(`node '${first.name}' of the graph waits for its own output: the nodes form a circle`);
}

/** A call of a layer: what it takes, as pairs of a layer's name and the number of its call. */
interface Call {
  readonly layer: string;
  readonly takes: readonly unknown[];
}

/**
 * Refuses layers that take what no layer gives, or wait for each other: the loader of tfjs-layers would wait without end.
 *
 * @param model - A description of a model, or of a layer, which may be a model itself.
 * @throws InputError if there is such a layer.
 */
export function requireLayers(model: unknown): void {
  const { layers } = Object(Object(model).config) as { readonly layers?: unknown };
  if (!Array.isArray(layers)) return;
  layers.forEach(requireLayers);
  const isMade = (layer: unknown) => Object(layer).class_name === 'InputLayer' || Object(Object(layer).config).layers;
  const made = new Map<unknown, number>(layers.map((layer) => [Object(layer).name, isMade(layer) ? 1 : 0]));
  const lacks = (taken: unknown) => (made.get(Object(taken)[0]) ?? 0) <= Object(taken)[1];
  const [first] = stuck(layers.flatMap(callsOf), ({ layer, takes }) => {
    if (takes.some((taken) => !made.has(Object(taken)[0]) || lacks(taken))) return false;
    made.set(layer, (made.get(layer) ?? 0) + 1);
    return true;
  });
  if (!first) return;
  const lacking = Object(first.takes.find((taken) => !made.has(Object(taken)[0]) || lacks(taken)))[0];
  throw new InputError(`layer '${first.layer}' takes the output of '${lacking}', which is not there, or waits for it`);
}

/** The calls of a layer; those of a description that the loader refuses are none. */
function callsOf(layer: unknown): Call[] {
  const { name, inbound_nodes: calls } = Object(layer) as { readonly name: string; readonly inbound_nodes?: unknown };
  if (!Array.isArray(calls) || !calls.every(Array.isArray)) return [];
  return calls.map((takes) => ({ layer: name, takes }));
}
