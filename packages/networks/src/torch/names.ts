import { InputError, type Shaped } from '@advml/core';

/** Anything with shapes by dotted names. */
type Shapes = Readonly<Record<string, Shaped>>;

/** A module of a state dict: what stands before the last dot of its weight's name. */
interface Module {
  readonly prefix: string;
  /** Number of axes of its weight. */
  readonly axes: number;
}

const modulesOf = (tree: Shapes): readonly Module[] =>
  Object.entries(tree).flatMap(([name, { shape }]) =>
    name.endsWith('.weight') ? [{ prefix: name.slice(0, -'.weight'.length), axes: shape.length }] : [],
  );

const numbersIn = (prefix: string) => (prefix.match(/\d+/g) ?? []).map(Number);

function byNumbers(a: Module, b: Module): number {
  const [first, second] = [numbersIn(a.prefix), numbersIn(b.prefix)];
  const at = first.findIndex((number, place) => number !== second[place]);
  return at < 0 ? 0 : first[at] - second[at];
}

/** Modules in the order of the numbers in their names; none if the names differ otherwise, so that nothing tells the order. */
function inOrder(modules: readonly Module[]): readonly Module[] | undefined {
  const texts = new Set(modules.map(({ prefix }) => prefix.replace(/\d+/g, '#')));
  return texts.size > 1 ? undefined : modules.toSorted(byNumbers);
}

/**
 * Which module of a state dict is which of a network, where numbers give the order, as in `nn.Sequential`: for each number of axes,
 * the first is the first.
 *
 * @returns Prefixes of the network by those of the state dict; undefined if that cannot be told.
 */
function byOrder(own: Shapes, given: Shapes): ReadonlyMap<string, string> | undefined {
  const [wanted, found] = [modulesOf(own), modulesOf(given)];
  const pairs: [string, string][] = [];
  for (const axes of new Set([...wanted, ...found].map((module) => module.axes))) {
    const ours = wanted.filter((module) => module.axes === axes);
    const theirs = inOrder(found.filter((module) => module.axes === axes));
    if (theirs?.length !== ours.length) return undefined;
    for (const [at, { prefix }] of theirs.entries()) pairs.push([prefix, ours[at].prefix]);
  }
  return new Map(pairs);
}

/**
 * Entries of a state dict under the names of a network: their own, if these have the network's, or those that the order of numbered
 * modules gives.
 *
 * @param own - The network's parameters.
 * @param given - The state dict.
 * @returns Names of the network, or the old ones, by the names of the state dict.
 */
export function networkNames(own: Shapes, given: Shapes): ReadonlyMap<string, string> {
  const same = Object.keys(own).some((name) => Object.hasOwn(given, name));
  const modules = same ? undefined : byOrder(own, given);
  const renamed = (name: string) => {
    const dot = name.lastIndexOf('.');
    const prefix = modules?.get(name.slice(0, dot));
    return prefix === undefined ? name : `${prefix}${name.slice(dot)}`;
  };
  return new Map(Object.keys(given).map((name) => [name, renamed(name)]));
}

const show = (name: string, shape: readonly number[]) => `'${name}' [${shape.join(', ')}]`;

/** The entries of one shape, in words. */
function ofShape(tree: Shapes, shape: readonly number[], but: Shapes): string {
  const names = Object.keys(tree).filter(
    (name) => !Object.hasOwn(but, name) && tree[name].shape.join() === shape.join(),
  );
  return names.length === 0
    ? 'none of that shape is left'
    : `of that shape it has ${names.map((name) => `'${name}'`).join(', ')}`;
}

/** Why a shape is another, where that can be told. */
function reasonOf(shape: readonly number[], wanted: readonly number[]): string {
  const [first, second] = wanted;
  if (shape.join() === [second, first].join()) return '; it is transposed: nn.Linear has [out, in]';
  const [rows, columns] = wanted.slice(2);
  if (shape.join() === [rows, columns, second, first].join())
    return '; its axes are [height, width, in, out]: nn.Conv2d has [out, in, height, width]';
  return '';
}

/**
 * Refuses a state dict that is not that of the network.
 *
 * @param network - The network's name.
 * @param own - Its parameters.
 * @param given - The entries under the network's names.
 * @throws InputError that names the first entry that is missing, has another shape or is too many, and what would fit.
 */
export function requireStateDict(network: string, own: Shapes, given: Shapes): void {
  for (const [name, { shape }] of Object.entries(own)) {
    if (!Object.hasOwn(given, name))
      throw new InputError(
        `the state dict lacks ${show(name, shape)} of ${network}; ${ofShape(given, shape, own)}; \`rename\` gives entries the names of the network`,
      );
    if (given[name].shape.join() !== shape.join())
      throw new InputError(
        `'${name}' of the state dict must have shape [${shape.join(', ')}], got [${given[name].shape.join(', ')}]${reasonOf(given[name].shape, shape)}`,
      );
  }
  const extra = Object.keys(given).find((name) => !Object.hasOwn(own, name));
  if (extra !== undefined)
    throw new InputError(
      `the state dict holds ${show(extra, given[extra].shape)}, which ${network} has no place for; it takes ${Object.keys(own).join(', ')}`,
    );
}
