import {
  broadcastTo,
  cast,
  type EinsumAttrs,
  einsum,
  type GradConfig,
  reshape,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { gradient } from './gradient.ts';

/** Sums of products by equation. Linear in each factor: the gradient is such a sum again, of `dy` and the other factor. */
export const sumsOfProducts: readonly GradConfig[] = [
  gradient<EinsumAttrs>('Einsum', { allInputs: true }, (dy, factors, { equation }) => {
    const [inputs, output] = equation.replace(/\s/g, '').split('->');
    const terms = inputs.split(',');
    return Object.fromEntries(
      terms.map((term, at) => [
        String(at),
        () => {
          const others = [...terms.keys()].filter((other) => other !== at);
          const given = [output, ...others.map((other) => terms[other])];
          const tensors = [dy, ...others.map((other) => cast(factors[other], 'float32'))];
          return derive(given, tensors, term, factors[at].shape);
        },
      ]),
    );
  }),
];

/** Along an axis that only this factor has, and over which it was summed, every entry gets the same. */
function derive(given: readonly string[], tensors: Tensor[], term: string, shape: number[]): Tensor {
  const has = (letter: string) => given.some((each) => each.includes(letter));
  const found = einsum(`${given.join(',')}->${[...term].filter(has).join('')}`, ...tensors);
  const stretched = reshape(
    found,
    shape.map((length, axis) => (has(term[axis]) ? length : 1)),
  );
  return broadcastTo(stretched, shape);
}
