import { InputError, type Params } from '@advml/core';

/**
 * Rows and columns of a weight as a matrix: a matrix itself, or a convolution's filters [out, in, height, width] with one row a
 * filter and one column an entry of a patch.
 */
export function matrixShape(name: string, shape: readonly number[]): readonly [rows: number, columns: number] {
  if (shape.length !== 2 && shape.length !== 4)
    throw new InputError(`'${name}' must be a matrix or a kernel of four axes to have a rank, got shape [${shape}]`);
  const [rows, ...rest] = shape;
  return [rows, rest.reduce((product, length) => product * length, 1)];
}

/** Names of the weights that are matrices or kernels, or those asked for, which must exist. */
export function matrixNames(base: Params, only?: readonly string[]): readonly string[] {
  const unknown = only?.find((name) => !(name in base));
  if (unknown !== undefined)
    throw new InputError(`no parameter is called '${unknown}'; there are ${Object.keys(base).join(', ')}`);
  const names = only ?? Object.keys(base).filter((name) => [2, 4].includes(base[name].rank));
  if (names.length === 0) throw new InputError(`only must name at least one weight of ${Object.keys(base).join(', ')}`);
  for (const name of names) matrixShape(name, base[name].shape);
  return names;
}
