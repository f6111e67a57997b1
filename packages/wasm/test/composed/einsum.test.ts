import { useWasm } from '@advml/wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { asTensor, expectClose, type Result, resultOf } from '../compare.ts';
import { type Data, integers, lengths, numbers, seeds } from '../random.ts';

beforeAll(() => useWasm());

const letters = ['a', 'b', 'c', 'd', 'e'];
const some = fc.shuffledSubarray(letters, { maxLength: 4 });

const equations = fc
  .tuple(some, fc.option(some, { nil: undefined }), fc.shuffledSubarray(letters))
  .map(([first, second, wanted]) => {
    const terms = second === undefined ? [first] : [first, second];
    return { terms, output: wanted.filter((letter) => terms.flat().includes(letter)) };
  });

/** Every combination of indices, one after the other; the cpu backend forgets a sum where nothing is left. */
function bruteForce(terms: readonly string[][], output: readonly string[], inputs: readonly Data[]): Result {
  const all = [...output, ...new Set(terms.flat().filter((letter) => !output.includes(letter)))];
  const length = new Map(terms.flatMap((term, at) => term.map((letter, axis) => [letter, inputs[at].shape[axis]])));
  const size = (names: readonly string[]) =>
    names.reduce((product, letter) => product * (length.get(letter) as number), 1);
  const values = new Float64Array(size(output));
  for (let combination = 0; combination < size(all); combination++) {
    let rest = combination;
    const index = new Map<string, number>();
    for (const letter of [...all].reverse()) {
      index.set(letter, rest % (length.get(letter) as number));
      rest = Math.floor(rest / (length.get(letter) as number));
    }
    const place = (names: readonly string[]) =>
      names.reduce((flat, letter) => flat * (length.get(letter) as number) + (index.get(letter) as number), 0);
    values[place(output)] += terms.reduce((product, term, at) => product * inputs[at].values[place(term)], 1);
  }
  const shape = output.map((letter) => length.get(letter) as number);
  return { shape, dtype: inputs[0].values instanceof Int32Array ? 'int32' : 'float32', values };
}

describe('Einsum', () => {
  it('sums the products of any equation, also of whole numbers', () =>
    fc.assert(
      fc.asyncProperty(
        equations,
        fc.array(lengths(4), { minLength: 5, maxLength: 5 }),
        fc.boolean(),
        seeds,
        async ({ terms, output }, sizes, whole, seed) => {
          const inputs = terms.map((term, at) => {
            const shape = term.map((letter) => sizes[letters.indexOf(letter)]);
            return whole ? integers(seed + at, shape, -9, 9) : numbers(seed + at, shape);
          });
          const equation = `${terms.map((term) => term.join('')).join(',')}->${output.join('')}`;
          const compute = () => resultOf(() => tf.einsum(equation, ...inputs.map(asTensor)));
          const before = [tf.memory().numTensors, tf.engine().backend.numDataIds()];
          expectClose(compute(), bruteForce(terms, output, inputs));
          expect([tf.memory().numTensors, tf.engine().backend.numDataIds()]).toEqual(before);
        },
      ),
      { numRuns: 150 },
    ));

  it('makes colours grey', async () => {
    const colours = tf.tensor([10, 20, 30, 255, 0, 100], [1, 2, 3], 'int32') as tf.Tensor3D;
    const grey = tf.image.rgbToGrayscale(colours);
    expect(grey.shape).toEqual([1, 2, 1]);
    expect([...grey.dataSync()]).toEqual([18, 87]); // 18.149, 87.6195
    tf.dispose([colours, grey]);
  });

  it('refuses sizes that differ', () => {
    expect(() => tf.einsum('ij,jk->ik', tf.ones([2, 3]), tf.ones([4, 2]))).toThrow(/Expected dimension/);
  });
});
