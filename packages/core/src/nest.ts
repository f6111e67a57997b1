/**
 * A tree whose names stand below a prefix; the same values.
 *
 * @param prefix - What to put before each name, and a dot between.
 * @param tree - Parameters, or any record by dotted names.
 * @returns A new record.
 * @example
 * ```ts
 * nest('conv1', { weight, bias }); // { 'conv1.weight': weight, 'conv1.bias': bias }
 * ```
 */
export function nest<T>(prefix: string, tree: { readonly [name: string]: T }): Record<string, T> {
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [`${prefix}.${name}`, value]));
}

/**
 * The part of a tree whose names stand below a prefix, with their own names: undoes {@link nest}.
 *
 * @param tree - Parameters, or any record by dotted names.
 * @param prefix - What stands before their first dot.
 * @returns A new record of the same values; empty if there are none.
 * @example
 * ```ts
 * subtree(params, 'conv1'); // { weight, bias }
 * ```
 */
export function subtree<T>(tree: { readonly [name: string]: T }, prefix: string): Record<string, T> {
  const below = Object.entries(tree).filter(([name]) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(below.map(([name, value]) => [name.slice(prefix.length + 1), value]));
}
