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

/** A layer of a model, as the loader of tfjs-layers reads it. */
interface JsonLayer {
  /** The one it has in the model, and that in its own description. */
  readonly names: readonly [string, string];
  /** Whether it has an output before anything calls it: an input, or a model with its own. */
  readonly isMade: boolean;
  /** What each of its calls takes. */
  readonly calls: readonly (readonly unknown[])[];
}

/** The members of an object of a file, by names in camel case, as the loader turns them before it reads any. */
const membersOf = (object: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(Object(object)).map(([key, value]) => [
      key.replace(/_+(\w|$)/g, (_, next) => next.toUpperCase()),
      value,
    ]),
  );

/** The calls of a description that the loader refuses are none, nor is one that takes nothing. */
function layerOf(described: unknown): JsonLayer {
  const { className, name, config, inboundNodes: calls } = membersOf(described);
  const { name: own = name, layers = config } = membersOf(config);
  const isModel = ['Model', 'Functional', 'Sequential'].includes(String(className));
  return {
    names: [String(name), String(own)],
    isMade: className === 'InputLayer' || (isModel && Array.isArray(layers) && layers.length > 0),
    calls: Array.isArray(calls) && calls.every(Array.isArray) ? calls.filter(({ length }) => length > 0) : [],
  };
}

/** Names an output of a layer, as `[layer, number of the call]`. */
const callName = (taken: unknown): string => `'${Object(taken)[0]}' (call ${Object(taken)[1] ?? 0})`;

/**
 * Refuses layers that take what no layer gives, wait for each other, or share a name: the loader of tfjs-layers would wait without end.
 *
 * @param model - A description of a model, or of a layer, which may be a model itself, or hold one.
 * @throws InputError if there is such a layer.
 */
export function requireLayers(model: unknown): void {
  const parts = [model]; // no recursion: a file may nest them without end
  for (const part of parts) {
    requireOrder(part);
    for (const inner of Object.values(Object(part))) if (typeof inner === 'object') parts.push(inner);
  }
}

/** Refuses a model in which layers share a name or wait for each other; in a sequential one, each takes what the last gives. */
function requireOrder(model: unknown): void {
  const { className, config } = membersOf(model);
  const { layers: described } = membersOf(config);
  if (className === 'Sequential' || !Array.isArray(described)) return;
  const layers = described.map(layerOf);
  requireOwnNames(layers);
  const made = new Map(layers.map(({ names: [name], isMade }) => [name, Number(isMade)]));
  const give = (name: string) => {
    const call = made.get(name) ?? 0; // the loader counts calls as it makes them, whatever their order in the file
    made.set(name, call + 1);
    return callName([name, call]);
  };
  const [first] = neverMade(
    layers.flatMap(({ names: [name], calls }) => calls.map((takes) => ({ name, needs: takes.map(callName) }))),
    ({ name }) => give(name),
    ({ needs }) => needs,
    layers.filter(({ isMade }) => isMade).map(({ names: [name] }) => callName([name, 0])),
  );
  if (first)
    throw new InputError(
      `layer '${first.name}' takes the output of ${first.needs.join(' and ')}, which is not there, or waits for it`,
    );
}

/** Refuses layers of one name: the loader keeps one of them, and the calls of the others wait. */
function requireOwnNames(layers: readonly JsonLayer[]): void {
  const seen = new Set<string>();
  for (const { names } of layers) {
    const twice = names.find((name) => seen.has(name));
    if (twice !== undefined)
      throw new InputError(`layers of a model must have names of their own, got '${twice}' twice`);
    for (const name of names) seen.add(name);
  }
}
