import { type Batch, InputError, type Key } from '@advml/core';
import {
  type OptionNames,
  requireInteger,
  requireNonNegative,
  requireOptions,
  requirePositive,
  requireShape,
} from '@advml/core/internal';
import { matMul, sparseToDense, type Tensor2D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type DataModel, requireIndices } from './data-model.ts';
import { combine, type Dictionary, type DictionaryChoice, makeDictionary } from './dictionary.ts';
import { gaussianRows } from './gaussian-rows.ts';
import { type Code, codeSampler, packCodes, type SparseCodes } from './sparse-codes.ts';

/**
 * Coordinates of the inputs: `inputs` are those of `x`, `coefficients` those of the dictionary, `M^T x`.
 *
 * With an orthonormal dictionary they differ by a rotation, so l2 sizes, Gaussian initialization and isotropic noise are
 * the same in both; in `coefficients` the examples are sparse.
 */
export type Frame = 'inputs' | 'coefficients';

/** What {@link sparseCoding} takes. */
export interface SparseCodingOptions {
  /** Number of inputs, d. */
  readonly dimension: number;
  /** Number of atoms, D. Default: as many as inputs. */
  readonly atoms?: number;
  /** Mean number of weak coordinates that are on, k: each is on with probability k/D and then `1/sqrt(k)` in size. */
  readonly active: number;
  /** Mean number of strong coordinates: each is on with probability `strongRate / D` and then 1 in size. Default: 0.05. */
  readonly strongRate?: number;
  /** gamma: examples with `|<w*, z>| < margin` are drawn again. Default: 0; ties are always drawn again. */
  readonly margin?: number;
  /** sigma_x, the size of the noise vector on an input (root mean square, input units). Default: 0. */
  readonly noise?: number;
  /** The dictionary M. Default: `orthonormal`, `overcomplete` where there are more atoms than inputs. */
  readonly dictionary?: DictionaryChoice;
  /** The weights w* that decide the label, [D]. Default: random signs. */
  readonly wStar?: 'signs' | Float32Array;
  /** Decides the random dictionary and the random signs. */
  readonly key: Key;
}

const OPTIONS: OptionNames<SparseCodingOptions> = {
  dimension: true,
  atoms: true,
  active: true,
  strongRate: true,
  margin: true,
  noise: true,
  dictionary: true,
  wStar: true,
  key: true,
};

/** Examples of the sparse-coding model, with the codes they were made from. */
export interface SparseBatch extends Batch {
  /** The hidden codes z: plain arrays, nothing to dispose. */
  readonly codes: SparseCodes;
}

/** Data whose robust features are known: see {@link sparseCoding}. */
export interface SparseCodingModel extends DataModel<SparseBatch, Frame> {
  /** Number of inputs, d. */
  readonly dimension: number;
  /** Number of atoms, D. */
  readonly atoms: number;
  /** Mean number of weak coordinates that are on, k. */
  readonly active: number;
  /** Mean number of strong coordinates. */
  readonly strongRate: number;
  /** Smallest `|<w*, z>|` of an example, gamma; 0 if only ties are left out. */
  readonly margin: number;
  /** Size of the noise vector, sigma_x, in input units. */
  readonly noise: number;
  /** The weights that decide the label, [D]. Not to be written to. */
  readonly wStar: Float32Array;
  /** Whether the atoms are an orthonormal basis, so that the frame `coefficients` exists. */
  readonly orthonormal: boolean;
  /** The atoms one after the other, [D, d]: the transpose of M. Not to be written to. */
  readonly dictionary: Float32Array;
  /**
   * The dense mixture of all atoms, `M w* / |M w*|`, [d], in the frame `inputs`; in the frame `coefficients` it is
   * `w* / |w*|`. Not to be written to.
   */
  readonly mixture: Float32Array;
  /**
   * Weights over the inputs as weights over the coefficients: `W M`, the product of every neuron with every atom.
   *
   * @param weight - One row a neuron, [m, d].
   * @returns [m, D], owned by the caller. With an orthonormal dictionary, the same network in the other frame.
   */
  toCoefficients(weight: Tensor2D): Tensor2D;
  /**
   * Weights over the coefficients as weights over the inputs: `V M^T`, every neuron as its sum of atoms.
   *
   * @param weight - One row a neuron, [m, D].
   * @returns [m, d], owned by the caller; undoes {@link SparseCodingModel.toCoefficients} if the dictionary is orthonormal.
   */
  toInputs(weight: Tensor2D): Tensor2D;
}

/**
 * The sparse-coding model of the feature-purification paper: inputs are few atoms of a dictionary, plus noise.
 *
 * ```math
 * x = M z + \xi, \qquad y = \operatorname{sign} \langle w^\star, z\rangle, \qquad \xi \sim N(0, \tfrac{\sigma_x^2}{d} I)
 * ```
 *
 * The coordinates of z are independent before near-ties are left out: `1/sqrt(k)` in size with probability `k/D`, 1 in
 * size with probability `strongRate / D`, zero otherwise, either sign equally likely. Each atom is a feature that no small
 * perturbation can hide; their dense mixture `M w*` is one that a small perturbation can fake.
 *
 * With an orthonormal dictionary the noise is drawn in the coordinates of the dictionary, which changes nothing in its law
 * and makes both frames show the same examples. Where there is noise, going from one to the other is a product of the backend
 * and holds to its rounding; all else is the same to the last bit in every engine.
 *
 * @param options - See {@link SparseCodingOptions}.
 * @returns A frozen model. It keeps no tensors.
 * @throws InputError if a number is out of its range, k (with `strongRate`) exceeds the number of atoms, the dictionary
 * or w* does not fit, or, when examples are drawn, the margin leaves none.
 * @example
 * ```ts
 * const model = sparseCoding({ dimension: 256, active: 2, margin: 0.5, key: key('data', 0) });
 * const { x, y, codes } = model.batch(key('train', 0), 32); // [32, 256], [32]
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020
 * (arXiv:2005.10190), section 2. The margin is not in it: there, near-ties vanish as d grows.
 */
export function sparseCoding(options: SparseCodingOptions): SparseCodingModel {
  requireOptions<SparseCodingOptions>('sparseCoding', options, OPTIONS);
  const { dimension, atoms = dimension, active, strongRate = 0.05, margin = 0, noise = 0, key } = options;
  const { dictionary: choice = atoms > dimension ? 'overcomplete' : 'orthonormal', wStar: weights = 'signs' } = options;
  requireInteger({ dimension, atoms }, 1);
  requirePositive({ active }, 'coordinates');
  requireNonNegative({ strongRate }, 'coordinates');
  requireNonNegative({ margin }, 'units of <w*, z>');
  requireNonNegative({ noise }, 'input units');
  if (active + strongRate > atoms) {
    throw new InputError(
      `active (k) plus strongRate must be at most ${atoms}, the number of atoms, got ${active} + ${strongRate}`,
    );
  }
  const wStar = weights === 'signs' ? key.child('wStar').signs(atoms) : requireWeights(weights, atoms);
  const dictionary = makeDictionary(choice, dimension, atoms, key.child('dictionary'));
  let mixture: Float32Array | undefined;
  const sample = codeSampler({ atoms, active, strongRate, margin, wStar });
  const toInputs = (weight: Tensor2D) => {
    requireShape('weight', weight, [null, atoms]);
    return tidy(() => matMul(weight, tensor2d(dictionary.atoms, [atoms, dimension])) as Tensor2D);
  };

  const noiseRows = (keys: readonly Key[]) => {
    if (noise === 0) return new Float32Array(keys.length * dimension);
    const noiseKeys = keys.map((own) => own.child('noise'));
    return gaussianRows(noiseKeys, dimension, noise / Math.sqrt(dimension));
  };

  return Object.freeze<SparseCodingModel>({
    dimension,
    atoms,
    active,
    strongRate,
    margin,
    noise,
    wStar,
    orthonormal: dictionary.orthonormal,
    get dictionary() {
      return dictionary.atoms;
    },
    get mixture() {
      mixture ??= mixtureOf(dictionary, wStar, dimension);
      return mixture;
    },
    toInputs,
    toCoefficients: (weight) => {
      requireShape('weight', weight, [null, dimension]);
      return tidy(() => matMul(weight, tensor2d(dictionary.atoms, [atoms, dimension]), false, true) as Tensor2D);
    },
    batch(key, examples, frame = 'inputs') {
      requireFrame(frame, dictionary);
      const keys = requireIndices(examples).map((index) => key.child(index));
      const drawn = keys.map(sample);
      const codes = packCodes(drawn);
      const y = tensor1d(Float32Array.from(drawn, ({ signal }) => Math.sign(signal)));
      const inCoefficients = frame === 'coefficients' || dictionary.identity || (dictionary.orthonormal && noise > 0);
      if (inCoefficients && noise === 0) return { x: scattered(codes, dimension), y, codes };

      const rows = noiseRows(keys); // [batch, d]
      for (const [at, code] of drawn.entries()) {
        const row = rows.subarray(at * dimension, (at + 1) * dimension);
        if (inCoefficients) addCode(row, code);
        else addAtoms(row, code, dictionary.atoms);
      }
      const turned = inCoefficients && frame === 'inputs' && !dictionary.identity;
      return {
        x: tidy(() => {
          const x = tensor2d(rows, [keys.length, dimension]);
          return turned ? toInputs(x) : x;
        }),
        y,
        codes,
      };
    },
  });
}

/** Codes as a tensor [batch, D], of which only the entries come from the host. */
function scattered({ offsets, atoms, values }: SparseCodes, width: number): Tensor2D {
  const batch = offsets.length - 1;
  const places = new Int32Array(2 * atoms.length);
  for (let row = 0, entry = 0; row < batch; row++) {
    for (; entry < offsets[row + 1]; entry++) {
      places[2 * entry] = row;
      places[2 * entry + 1] = atoms[entry];
    }
  }
  return tidy(() => {
    const indices = tensor2d(places, [atoms.length, 2], 'int32');
    return sparseToDense(indices, tensor1d(values), [batch, width], 0) as Tensor2D;
  });
}

function addCode(row: Float32Array, { atoms, values }: Code): void {
  for (const [entry, atom] of atoms.entries()) row[atom] += values[entry];
}

function addAtoms(row: Float32Array, { atoms, values }: Code, dictionary: Float32Array): void {
  for (const [entry, atom] of atoms.entries()) {
    const value = values[entry];
    for (let c = 0, from = atom * row.length; c < row.length; c++, from++) row[c] += value * dictionary[from];
  }
}

function mixtureOf({ atoms }: Dictionary, wStar: Float32Array, dimension: number): Float32Array {
  const sum = combine(atoms, wStar, dimension);
  const length = Math.sqrt(sum.reduce((total, entry) => total + entry * entry, 0));
  if (!(length > 0))
    throw new InputError('wStar must give a mixture M w* other than zero; take other weights or atoms');
  return Float32Array.from(sum, (entry) => entry / length);
}

function requireWeights(wStar: Float32Array, atoms: number): Float32Array {
  if (wStar.length !== atoms)
    throw new InputError(`wStar must hold ${atoms} numbers, one an atom, got ${wStar.length}`);
  const bad = wStar.findIndex((weight) => !Number.isFinite(weight));
  if (bad >= 0) throw new InputError(`wStar must be finite, got ${wStar[bad]} for atom ${bad}`);
  if (wStar.every((weight) => weight === 0))
    throw new InputError('wStar must not be all zero: no example would have a label');
  return wStar;
}

function requireFrame(frame: Frame, { orthonormal }: Dictionary): void {
  if (frame !== 'inputs' && frame !== 'coefficients') {
    throw new InputError(`frame must be 'inputs' or 'coefficients', got ${frame}`);
  }
  if (frame === 'coefficients' && !orthonormal) {
    throw new InputError("frame 'coefficients' needs an orthonormal dictionary; use 'inputs'");
  }
}
