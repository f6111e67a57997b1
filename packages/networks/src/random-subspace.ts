import { InputError, type Key, matrixNames, matrixShape, type Network, type Params } from '@advml/core';
import { requireInteger, requireKey, requireNetwork, requireOptions } from '@advml/core/internal';
import { tensor2d, zeros } from '@tensorflow/tfjs-core';
import { factored, type UpdatedNetwork, type UpdateOptions, updatedWeights } from './factored.ts';

/** Which subspaces {@link randomDirections} draws. */
export interface DirectionsOptions {
  /** The rank r of the {@link lowRank} update whose number of parameters is to be matched. */
  readonly rank: number;
  /** Names of the weights. Default: all matrices and convolution kernels. */
  readonly only?: readonly string[];
}

/**
 * A random subspace for each weight, of the dimension that gives as many trainable parameters as a {@link lowRank} update.
 *
 * ```math
 * Q \in \mathbb R^{s \times d}, \quad Q Q^\top = I, \qquad s = \min\bigl(d, \operatorname{round}(r\,(m + d) / m)\bigr)
 * ```
 *
 * @param base - Parameters of the network; only their shapes count.
 * @param options - See {@link DirectionsOptions}.
 * @param key - Decides the subspaces.
 * @returns Orthonormal rows as `NAME.right`, [s, columns], owned by the caller.
 * @throws InputError if the rank is not an integer >= 1, or a name is not a parameter's, or of one without a rank.
 * @example
 * ```ts
 * const directions = randomDirections(w, { rank: 4, only: ['weight'] }, key('directions', 0)); // 'weight.right' [8, 1536]
 * ```
 */
export function randomDirections(base: Params, options: DirectionsOptions, key: Key): Params {
  requireOptions<DirectionsOptions>('randomDirections', options, { rank: true, only: true });
  requireKey('key', key);
  const { rank, only } = options;
  requireInteger({ rank }, 1);
  return Object.fromEntries(
    matrixNames(base, only).map((name) => {
      const [rows, columns] = matrixShape(name, base[name].shape);
      const dimension = Math.min(columns, Math.round((rank * (rows + columns)) / rows));
      const numbers = orthonormalRows(key.child(name).normal(dimension * columns), dimension, columns);
      return [`${name}.right`, tensor2d(numbers, [dimension, columns])];
    }),
  );
}

/** Gram and Schmidt on the rows, in double precision, each row twice. */
function orthonormalRows(values: Float32Array, rows: number, columns: number): Float32Array {
  const basis = Float64Array.from(values);
  for (let row = 0; row < rows; row++) {
    const own = basis.subarray(row * columns, (row + 1) * columns);
    for (let pass = 0; pass < 2; pass++) {
      for (let before = 0; before < row; before++) {
        const other = basis.subarray(before * columns, (before + 1) * columns);
        let along = 0;
        for (let j = 0; j < columns; j++) along += own[j] * other[j];
        for (let j = 0; j < columns; j++) own[j] -= along * other[j];
      }
    }
    const size = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0));
    for (let j = 0; j < columns; j++) own[j] /= size;
  }
  return Float32Array.from(basis);
}

/**
 * The control of {@link lowRank}: as many trainable parameters, but in a random subspace that training cannot choose.
 *
 * ```math
 * W = W_0 + A Q, \qquad A \in \mathbb R^{m \times s} = 0 \text{ at the start}, \quad Q \text{ random, orthonormal and fixed}
 * ```
 *
 * A step of gradient descent in A is that of full training, projected on the rows' subspace: the same rate fits both. Filters
 * [out, in, height, width] count as the matrix [out, in height width].
 *
 * @param network - Any network.
 * @param base - Its parameters $`W_0`$, which the caller keeps alive as long as the network is used; never changed.
 * @param directions - Q by names as {@link randomDirections} gives them; kept alive by the caller as well.
 * @param options - Other parameters that are trained.
 * @returns A frozen network with the parameters A as `NAME.left`, and those named by `train`.
 * @throws InputError if directions do not fit a weight, or a name is not a parameter's, or of the network's state.
 * @example
 * ```ts
 * const control = randomSubspace(network, w, directions);
 * ```
 * @see Li, Farkhoor, Liu, Yosinski: Measuring the Intrinsic Dimension of Objective Landscapes, 2018 (arXiv:1804.08838), which
 * draws one subspace for all parameters together.
 */
export function randomSubspace(
  network: Network,
  base: Params,
  directions: Params,
  options: Pick<UpdateOptions, 'train'> = {},
): UpdatedNetwork {
  requireNetwork('randomSubspace', network);
  requireOptions<Pick<UpdateOptions, 'train'>>('randomSubspace', options, { train: true });
  const { train } = options;
  const only = Object.keys(directions).map((name) => {
    if (name.endsWith('.right')) return name.slice(0, -'.right'.length);
    throw new InputError(`directions are called NAME.right, as randomDirections gives them, got '${name}'`);
  });
  const sides = updatedWeights(network, base, only).map((name) => {
    const [rows, columns] = matrixShape(name, base[name].shape);
    const { shape } = directions[`${name}.right`];
    if (shape.length !== 2 || shape[1] !== columns)
      throw new InputError(`'${name}.right' of directions must have shape [any, ${columns}], got [${shape}]`);
    return { left: `${name}.left`, shape: [rows, shape[0]] as [number, number] };
  });
  return factored(
    network,
    base,
    { only, train },
    {
      name: `${network.name} + random subspace`,
      shapes: Object.fromEntries(sides.map(({ left, shape }) => [left, { shape }])),
      init: () => Object.fromEntries(sides.map(({ left, shape }) => [left, zeros(shape)])),
      right: (name) => directions[`${name}.right`],
    },
  );
}
