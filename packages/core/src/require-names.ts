import { described } from './described.ts';
import { InputError } from './errors.ts';

/**
 * Refuses what is no list of names of parameters, such as a single name.
 *
 * @param owner - What the list is, as its user calls it.
 * @param names - What the user gave.
 * @param params - The parameters there are, of which only the names are read. Default: not known yet.
 * @param state - Those of them that are state of the network, and refused. Default: none, or it does not matter.
 * @throws {@link InputError} that names the first that no parameter has, or that is of state.
 * @example
 * ```ts
 * requireNames('only', only, params, network.state);
 * ```
 */
export function requireNames(
  owner: string,
  names: readonly string[],
  params?: Readonly<Record<string, unknown>>,
  state: readonly string[] = [],
): void {
  if (!Array.isArray(names))
    throw new InputError(`${owner} must be an array of names, such as ['layer1.weight'], got ${described(names)}`);
  if (params === undefined) return;
  const unfit = names.find((name) => !Object.hasOwn(params, name) || state.includes(name));
  if (unfit === undefined) return;
  throw new InputError(
    state.includes(unfit)
      ? `'${unfit}' is state of the network, which gradients do not train; leave it out of ${owner}`
      : `no parameter is called '${unfit}'; there are ${Object.keys(params).join(', ')}`,
  );
}
