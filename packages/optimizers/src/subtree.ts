import { InputError, type Params } from '@advml/core';

/** A tree whose names stand below `prefix`; the same tensors. */
export function nest(prefix: string, tree: Params): Params {
  return Object.fromEntries(Object.entries(tree).map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
}

/** The part of a tree whose names stand below `prefix`, with their own names; the same tensors. */
export function subtree(tree: Params, prefix: string): Params {
  const below = Object.entries(tree).filter(([name]) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(below.map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]));
}

/** Refuses names that no parameter has. */
export function requireNames(params: Params, names: readonly string[]): void {
  const unknown = names.find((name) => !(name in params));
  if (unknown !== undefined)
    throw new InputError(`no parameter is called '${unknown}'; there are ${Object.keys(params).join(', ')}`);
}
