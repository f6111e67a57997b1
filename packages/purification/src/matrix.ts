import { InputError } from '@advml/core';
import { described, requireTensor } from '@advml/core/internal';
import { Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';

/** A matrix as plain numbers; an entry of a safetensors file is one. */
export interface Matrix {
  /** Number of rows, number of columns. */
  readonly shape: readonly number[];
  /** Entries, row after row. */
  readonly data: ArrayLike<number>;
}

/** A matrix in either form; a tensor is only read. */
export type MatrixLike = Tensor2D | Matrix;

/** A vector in either form; a tensor is only read. */
export type VectorLike = Tensor1D | ArrayLike<number>;

/** A matrix that has been read and checked. */
export interface Rows {
  readonly rows: number;
  readonly columns: number;
  readonly data: ArrayLike<number>;
}

function requireFiniteData(name: string, data: ArrayLike<number>, place: (at: number) => string): void {
  for (let at = 0; at < data.length; at++)
    if (!Number.isFinite(data[at])) throw new InputError(`${name} must be finite, got ${data[at]} at ${place(at)}`);
}

/** The numbers of a tensor or of a record with a shape, whatever that is; refused where it is neither, such as nested arrays. */
export function readNumbers(name: string, value: Tensor | Matrix): ArrayLike<number> {
  if (value instanceof Tensor) {
    requireTensor(name, value, ['float32', 'int32']);
    return value.dataSync<'float32'>();
  }
  const { shape, data } = Object(value) as Partial<Matrix>;
  if (!Array.isArray(shape) || typeof data?.length !== 'number')
    throw new InputError(
      `${name} must be a tensor or a record { shape, data }, got ${described(value)}${Array.isArray(value) ? `; use tensor(${name})` : ''}`,
    );
  const size = shape.reduce((product, length) => product * length, 1);
  if (data.length !== size)
    throw new InputError(`${name} must have ${size} entries for shape [${shape}], got ${data.length}`);
  return data;
}

/** Refuses what has no rows and columns. */
export function requireRows(name: string, { shape }: MatrixLike): void {
  if (shape.length !== 2 || shape.some((length) => length < 1))
    throw new InputError(`${name} must be a matrix with rows and columns, got shape [${shape}]`);
}

/** The numbers of a matrix, refused where they are not finite or do not fill its shape. */
export function readMatrix(name: string, matrix: MatrixLike): Rows {
  const data = readNumbers(name, matrix);
  requireRows(name, matrix);
  const [rows, columns] = matrix.shape;
  requireFiniteData(name, data, (at) => `row ${Math.floor(at / columns)}, column ${at % columns}`);
  return { rows, columns, data };
}

/** Two matrices of one shape. */
export function readPair(names: readonly [string, string], a: MatrixLike, b: MatrixLike): readonly [Rows, Rows] {
  const pair = [readMatrix(names[0], a), readMatrix(names[1], b)] as const;
  if (pair[0].rows !== pair[1].rows || pair[0].columns !== pair[1].columns)
    throw new InputError(`${names[0]} and ${names[1]} must have one shape, got [${a.shape}] and [${b.shape}]`);
  return pair;
}

/** The numbers of a vector of known length. */
export function readVector(name: string, vector: VectorLike, length: number): ArrayLike<number> {
  if (vector instanceof Tensor) requireTensor(name, vector, ['float32', 'int32']);
  const data = vector instanceof Tensor ? vector.dataSync() : vector;
  if (typeof (data as Partial<ArrayLike<number>> | undefined)?.length !== 'number')
    throw new InputError(`${name} must be a tensor or an array of numbers, got ${described(vector)}`);
  if (data.length !== length) throw new InputError(`${name} must have ${length} entries, got ${data.length}`);
  requireFiniteData(name, data, (at) => `entry ${at}`);
  return data;
}
