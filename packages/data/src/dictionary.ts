import { InputError, type Key, key as rootKey } from '@advml/core';
import { orthonormalRows } from './orthonormal-rows.ts';

/**
 * Which dictionary `M` the inputs are made of: its columns are the atoms.
 *
 * `identity`: the axes. `orthonormal`: a uniform (Haar) random orthonormal basis. `overcomplete`: random unit vectors,
 * of which there may be more than dimensions. An array: your own unit vectors, atom after atom ([atoms, dimension],
 * the transpose of `M`), the layout of `SparseCodingModel.dictionary`.
 */
export type DictionaryChoice = 'identity' | 'orthonormal' | 'overcomplete' | Float32Array;

/** A dictionary and what is known about it. */
export interface Dictionary {
  /** The atoms one after the other, [atoms, dimension]. */
  readonly atoms: Float32Array;
  /** Whether the atoms are an orthonormal basis. */
  readonly orthonormal: boolean;
  /** Whether they are the axes. */
  readonly identity: boolean;
}

/** Makes or checks the dictionary that was chosen. */
export function makeDictionary(choice: DictionaryChoice, dimension: number, count: number, key: Key): Dictionary {
  if (choice instanceof Float32Array) {
    requireUnitAtoms(choice, dimension, count);
    return { atoms: choice, orthonormal: isOrthonormalBasis(choice, dimension, count), identity: false };
  }
  if (choice === 'overcomplete') {
    return { atoms: unitVectors(key, count, dimension), orthonormal: false, identity: false };
  }
  if (choice !== 'identity' && choice !== 'orthonormal') {
    throw new InputError(
      `dictionary must be 'identity', 'orthonormal', 'overcomplete' or a Float32Array of atoms, got ${choice}`,
    );
  }
  if (count !== dimension) {
    throw new InputError(
      `a dictionary '${choice}' has as many atoms as dimensions: atoms must be ${dimension}, got ${count}; use 'overcomplete' for more`,
    );
  }
  if (choice === 'identity') return { atoms: axes(dimension), orthonormal: true, identity: true };
  let rows: Float32Array | undefined; // drawn when first asked for: seconds for a large dictionary
  return {
    get atoms() {
      rows ??= orthonormalRows(key, dimension, dimension);
      return rows;
    },
    orthonormal: true,
    identity: false,
  };
}

function axes(dimension: number): Float32Array {
  const atoms = new Float32Array(dimension * dimension);
  for (let at = 0; at < dimension; at++) atoms[at * dimension + at] = 1;
  return atoms;
}

const lengthOf = (vector: Float32Array) => Math.sqrt(vector.reduce((sum, entry) => sum + entry * entry, 0));

/** Random unit vectors one after the other, [count, dimension]. */
export function unitVectors(key: Key, count: number, dimension: number): Float32Array {
  const atoms = new Float32Array(count * dimension);
  for (let at = 0; at < count; at++) {
    const direction = key.child(at).normal(dimension);
    const length = lengthOf(direction);
    atoms.set(
      direction.map((entry) => entry / length),
      at * dimension,
    );
  }
  return atoms;
}

function requireUnitAtoms(atoms: Float32Array, dimension: number, count: number): void {
  if (atoms.length !== count * dimension) {
    throw new InputError(
      `dictionary must hold ${count} atoms of ${dimension} numbers, ${count * dimension} in all, got ${atoms.length}`,
    );
  }
  for (let at = 0; at < count; at++) {
    const length = lengthOf(atoms.subarray(at * dimension, (at + 1) * dimension));
    if (!(Math.abs(length - 1) < 1e-4)) {
      throw new InputError(
        `atoms of the dictionary must have length 1, got ${length} for atom ${at}; divide it by that`,
      );
    }
  }
}

/**
 * Whether `M^T (M v) = v` for some random `v`.
 *
 * If it fails at all, it fails for almost every `v`; a handful costs a small part of forming `M^T M`.
 */
function isOrthonormalBasis(atoms: Float32Array, dimension: number, count: number): boolean {
  if (count !== dimension) return false;
  return [0, 1, 2, 3].every((probe) => {
    const v = rootKey('orthonormal', probe).normal(count);
    const image = combine(atoms, v, dimension);
    return v.every((entry, at) => {
      let product = 0;
      for (let c = 0; c < dimension; c++) product += atoms[at * dimension + c] * image[c];
      return Math.abs(product - entry) < 1e-4;
    });
  });
}

/** `M v`: the sum of all atoms, each times its coefficient. */
export function combine(
  atoms: Float32Array,
  coefficients: Float32Array | Float64Array,
  dimension: number,
): Float64Array {
  const sum = new Float64Array(dimension);
  for (const [at, coefficient] of coefficients.entries()) {
    for (let c = 0, from = at * dimension; c < dimension; c++, from++) sum[c] += coefficient * atoms[from];
  }
  return sum;
}
