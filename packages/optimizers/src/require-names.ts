import { InputError, type Params } from '@advml/core';

/** Refuses names that no parameter has. */
export function requireNames(params: Params, names: readonly string[]): void {
  const unknown = names.find((name) => !Object.hasOwn(params, name));
  if (unknown !== undefined)
    throw new InputError(`no parameter is called '${unknown}'; there are ${Object.keys(params).join(', ')}`);
}
