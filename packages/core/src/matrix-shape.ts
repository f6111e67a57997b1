import { InputError } from './errors.ts';
import { requireNames } from './require-names.ts';

/**
 * Rows and columns of a weight as a matrix with one neuron a row: a matrix itself, or a convolution's filters
 * [filters, channels, height, width], one column an entry of a patch.
 *
 * The numbers of the weight are those of the matrix, in the same order.
 *
 * @param name - What the weight is called.
 * @param shape - Its shape.
 * @returns Two lengths.
 * @throws {@link InputError} if the weight has neither two nor four axes.
 * @example
 * ```ts
 * matrixShape('conv1.weight', [16, 3, 5, 5]); // [16, 75]
 * ```
 */
export function matrixShape(name: string, shape: readonly number[]): readonly [rows: number, columns: number] {
  if (shape.length !== 2 && shape.length !== 4)
    throw new InputError(`'${name}' must be a matrix or a kernel of four axes to be one matrix, got shape [${shape}]`);
  const [rows, ...rest] = shape;
  return [rows, rest.reduce((product, length) => product * length, 1)];
}

/**
 * Names of the weights that are matrices or filters: all of them, or those asked for.
 *
 * @param params - Parameters of a network, or entries of a safetensors file; only their shapes are read.
 * @param only - Names, each of such a weight. Default: all.
 * @returns Names, in the order of `only` or of the parameters.
 * @throws {@link InputError} if a name is not a parameter's, or of one that is no matrix, or there is none.
 * @example
 * ```ts
 * matrixNames(params); // ['conv1.weight', 'conv2.weight', 'dense1.weight', 'dense2.weight']
 * ```
 */
export function matrixNames(
  params: { readonly [name: string]: { readonly shape: readonly number[] } },
  only?: readonly string[],
): readonly string[] {
  if (only !== undefined) requireNames('only', only, params);
  const names = only ?? Object.keys(params).filter((name) => [2, 4].includes(params[name].shape.length));
  if (names.length === 0)
    throw new InputError(`only must name at least one weight of ${Object.keys(params).join(', ')}`);
  for (const name of names) matrixShape(name, params[name].shape);
  return names;
}
