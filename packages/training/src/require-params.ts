import { InputError, type Params } from '@advml/core';
import { described, requireTensor } from '@advml/core/internal';

/** Refuses parameters that are no record of tensors. */
export function requireParams(params: Params): void {
  if (typeof params !== 'object' || params === null)
    throw new InputError(
      `params must be a record of tensors, such as network.init(key) gives, got ${described(params)}`,
    );
  for (const [name, tensor] of Object.entries(params)) requireTensor(`parameter '${name}'`, tensor);
}
