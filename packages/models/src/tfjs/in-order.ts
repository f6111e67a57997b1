import { InputError } from '@advml/core';

/**
 * What is never made, since what it needs is not there or waits for it.
 *
 * @param items - In any order.
 * @param gives - The name of what comes with an item.
 * @param needs - The names of what an item needs before it.
 * @param there - Names of what is there from the beginning.
 */
function neverMade<Item>(
  items: readonly Item[],
  gives: (item: Item) => string,
  needs: (item: Item) => readonly string[],
  there: readonly string[] = [],
): readonly Item[] {
  const made = new Set(there);
  const entries = items.map((item) => ({ item, left: new Set(needs(item).filter((name) => !made.has(name))).size }));
  const waiting = new Map<string, (typeof entries)[number][]>();
  for (const entry of entries)
    for (const name of new Set(needs(entry.item))) {
      const others = waiting.get(name) ?? [];
      others.push(entry);
      waiting.set(name, others);
    }
  const ready = entries.filter(({ left }) => left === 0);
  for (const { item } of ready) {
    const name = gives(item);
    if (made.has(name)) continue;
    made.add(name);
    for (const entry of waiting.get(name) ?? []) if (--entry.left === 0) ready.push(entry);
  }
  return entries.filter(({ left }) => left > 0).map(({ item }) => item);
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
  const needs = ({ op, input = [] }: JsonNode) => (op === 'NextIteration' ? [] : input.map(inputName));
  const [first] = neverMade(nodes, ({ name }) => name, needs);
  if (first)
    throw new InputError(`node '${first.name}' of the graph waits for its own output: the nodes form a circle`);
}

/** A call of a layer. */
interface Call {
  readonly layer: string;
  /** What it gives, by the layer's name and the number of the call, and what it takes. */
  readonly gives: string;
  readonly needs: readonly string[];
}

/** Names an output of a layer, as `[layer, number of the call]`. */
const callName = (taken: unknown): string => `'${Object(taken)[0]}' (call ${Object(taken)[1] ?? 0})`;

/**
 * Refuses layers that take what no layer gives, or wait for each other: the loader of tfjs-layers would wait without end.
 *
 * @param model - A description of a model, or of a layer, which may be a model itself.
 * @throws InputError if there is such a layer.
 */
export function requireLayers(model: unknown): void {
  const models = [model];
  for (const each of models) {
    const { layers } = Object(Object(each).config) as { readonly layers?: unknown };
    if (!Array.isArray(layers)) continue;
    requireOrder(layers);
    for (const layer of layers) models.push(layer); // no recursion: a file may nest them without end
  }
}

/** Refuses a model in which layers wait for each other. */
function requireOrder(layers: readonly unknown[]): void {
  const whole = layers.filter(isMade).map((layer) => callName([Object(layer).name, 0]));
  const [first] = neverMade(
    layers.flatMap(callsOf),
    ({ gives }) => gives,
    ({ needs }) => needs,
    whole,
  );
  if (first)
    throw new InputError(
      `layer '${first.layer}' takes the output of ${first.needs.join(' and ')}, which is not there, or waits for it`,
    );
}

/** Whether a layer has an output before anything calls it: an input, or a model with its own. */
const isMade = (layer: unknown): boolean =>
  Object(layer).class_name === 'InputLayer' || Object(Object(layer).config).layers !== undefined;

/** The calls of a layer; those of a description that the loader refuses are none. */
function callsOf(layer: unknown): Call[] {
  const { name, inbound_nodes: calls } = Object(layer) as { readonly name: string; readonly inbound_nodes?: unknown };
  if (!Array.isArray(calls) || !calls.every(Array.isArray)) return [];
  const before = isMade(layer) ? 1 : 0;
  return calls.map((takes: unknown[], at) => ({
    layer: name,
    gives: callName([name, at + before]),
    needs: takes.map(callName),
  }));
}
