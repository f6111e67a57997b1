import { add, type NamedTensorMap, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { InputError } from './errors.ts';

/**
 * Parameters of a network, or anything shaped like them (gradients, updates, optimizer state).
 *
 * A flat record from dotted names to tensors; the names are the keys of a safetensors file.
 */
export type Params = { readonly [name: string]: Tensor };

/**
 * A new tree with `f` applied to every tensor.
 *
 * @param params - Any tree.
 * @param f - Gives an owned tensor; its temporaries are disposed.
 * @returns A tree with the same names, owned by the caller.
 * @example
 * ```ts
 * const doubled = mapParams(params, (tensor) => mul(tensor, 2));
 * ```
 */
export function mapParams(params: Params, f: (tensor: Tensor, name: string) => Tensor): Params {
  return tidy(
    () => Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, f(tensor, name)])) as NamedTensorMap,
  );
}

/**
 * Disposes every tensor of some trees.
 *
 * @param trees - Trees that are no longer used.
 * @example
 * ```ts
 * disposeParams(gradients, updates);
 * ```
 */
export function disposeParams(...trees: readonly Params[]): void {
  for (const params of trees) for (const tensor of Object.values(params)) tensor.dispose();
}

/**
 * A copy that may be disposed apart from the original.
 *
 * @param params - Any tree.
 * @returns The same tensors under new handles (no data is copied), owned by the caller.
 * @example
 * ```ts
 * const kept = cloneParams(params);
 * ```
 */
export function cloneParams(params: Params): Params {
  return mapParams(params, (tensor) => tensor.clone());
}

/**
 * The sum of parameters and updates, name by name.
 *
 * @param params - Parameters.
 * @param updates - What to add, with the same names and shapes.
 * @returns New parameters, owned by the caller.
 * @throws {@link InputError} if names or shapes differ.
 * @example
 * ```ts
 * const next = applyUpdates(params, updates);
 * ```
 */
export function applyUpdates(params: Params, updates: Params): Params {
  requireSameTree('updates', updates, params);
  return mapParams(params, (tensor, name) => add(tensor, updates[name]));
}

/**
 * Refuses a tree whose names or shapes differ from those of another.
 *
 * @param name - What the tree is, as the caller knows it.
 * @param given - The tree to check, or only its shapes.
 * @param expected - The tree to compare it with, or only its shapes.
 * @throws {@link InputError} that names the first difference.
 * @example
 * ```ts
 * requireSameTree('weights of init.safetensors', loaded, network.init(key('shape', 0)));
 * ```
 */
export function requireSameTree(
  name: string,
  given: { readonly [name: string]: { readonly shape: readonly number[] } },
  expected: { readonly [name: string]: { readonly shape: readonly number[] } },
): void {
  const entryOf = <T>(tree: Readonly<Record<string, T>>, entry: string) =>
    Object.hasOwn(tree, entry) ? tree[entry] : undefined; // a file may call one 'constructor'
  for (const entry of new Set([...Object.keys(expected), ...Object.keys(given)])) {
    const [have, want] = [entryOf(given, entry), entryOf(expected, entry)];
    if (!want)
      throw new InputError(
        `${name} has an entry '${entry}' that nothing here is called; expected ${Object.keys(expected)}`,
      );
    if (!have) throw new InputError(`${name} lacks '${entry}'; it has ${Object.keys(given)}`);
    if (have.shape.join() !== want.shape.join()) {
      throw new InputError(`'${entry}' of ${name} must have shape [${want.shape}], got [${have.shape}]`);
    }
  }
}
