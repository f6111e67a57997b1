import { InputError, normalTensor } from '@advml/core';
import { denseStep, requireInteger, requireOptions, requireSameTree, requireShape } from '@advml/core/internal';
import {
  add,
  matMul,
  mul,
  reshape,
  scalar,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import type { FeatureModel } from './feature-model.ts';

/** What {@link polynomial} takes. */
export interface PolynomialOptions {
  /** Number of inputs, d. */
  readonly inputs: number;
  /** 1, 2 or 3. Degree 1 is the linear classifier. */
  readonly degree: 1 | 2 | 3;
  /** Number of cubes for degree 3. Default: as many as inputs. */
  readonly cubes?: number;
  /** Whether to leave out the constant and the squares, which makes `f(-x) = -f(x)`. Default: false. */
  readonly odd?: boolean;
}

/**
 * A polynomial of the inputs: complete up to degree 2, and for degree 3 with cubes of random linear forms.
 *
 * ```math
 * f(x) = c + \langle w, x\rangle + x^\top A x + \sum_{i=1}^n a_i \langle r_i, x\rangle^3
 * ```
 *
 * Parameters: `constant` [], `linear` [d]; from degree 2 `quadratic` [d, d]; for degree 3 `cubic.weight` [n] and
 * `cubic.direction` [n, d]. Cubes of linear forms span all cubic forms, but only from about d^3 / 6 of them on; n random ones
 * are features of the kernel `6 <x, y>^3 + 9 |x|^2 |y|^2 <x, y>`. So there are two models of degree 3: with the directions
 * held fast, a sketch that is linear in its parameters; with trained directions, every cubic form of rank n.
 *
 * Directions start as `N(0, 1)`, the constant at zero, the rest with the deviation that makes each degree's part of the
 * order of 1/sqrt(d) for inputs of length 1.
 *
 * @param options - See {@link PolynomialOptions}.
 * @returns A frozen network that gives scores; `fixed` names the directions.
 * @throws InputError if a size is not a positive integer, or the degree not 1, 2 or 3; when applied, if inputs or parameters do
 * not fit.
 * @example
 * ```ts
 * const network = polynomial({ inputs: 1536, degree: 2 });
 * const scores = network.apply(network.init(key('init', 0)), x); // [batch]
 * ```
 * @see Kar, Karnick: Random Feature Maps for Dot Product Kernels, 2012 (arXiv:1201.6530), where a feature is a product of three
 * independent forms in place of a cube; Comon, Golub, Lim, Mourrain: Symmetric tensors and symmetric tensor rank,
 * 2008 (arXiv:0802.1681).
 */
export function polynomial(options: PolynomialOptions): FeatureModel {
  requireOptions<PolynomialOptions>('polynomial', options, { inputs: true, degree: true, cubes: true, odd: true });
  const { inputs, degree, cubes = inputs, odd = false } = options;
  requireInteger({ inputs, cubes }, 1);
  if (![1, 2, 3].includes(degree)) throw new InputError(`degree must be 1, 2 or 3, got ${degree}`);
  const squares = degree > 1 && !odd;
  const shapes = {
    ...(!odd && { constant: { shape: [] } }),
    linear: { shape: [inputs] },
    ...(squares && { quadratic: { shape: [inputs, inputs] } }),
    ...(degree > 2 && { 'cubic.weight': { shape: [cubes] }, 'cubic.direction': { shape: [cubes, inputs] } }),
  };

  return Object.freeze<FeatureModel>({
    name: `${odd ? 'odd ' : ''}polynomial of degree ${degree}, ${inputs} inputs${degree > 2 ? `, ${cubes} cubes` : ''}`,
    inputShape: Object.freeze([inputs]),
    output: 'score',
    parameters: shapes,
    describe: () => ({ kind: 'polynomial', inputs, degree, cubes, odd }),
    steps(params) {
      if (degree > 1)
        throw new InputError(`bounds cannot go through a polynomial of degree ${degree}; they can for degree 1`);
      const weight = () => reshape(params.linear, [1, inputs]) as Tensor2D;
      return [{ name: 'linear', ...denseStep([1, inputs], weight, odd ? undefined : () => params.constant) }];
    },
    fixed: Object.freeze(degree > 2 ? ['cubic.direction'] : []),
    init: (key) => ({
      ...(!odd && { constant: scalar(0) }),
      linear: normalTensor(key.child('linear'), [inputs], inputs ** -0.5),
      ...(squares && { quadratic: normalTensor(key.child('quadratic'), [inputs, inputs], inputs ** -0.5) }),
      ...(degree > 2 && {
        'cubic.weight': normalTensor(key.child('cubic.weight'), [cubes], (15 * cubes * inputs) ** -0.5),
        'cubic.direction': normalTensor(key.child('cubic.direction'), [cubes, inputs]),
      }),
    }),
    apply(params, given) {
      requireSameTree('parameters', params, shapes);
      requireShape('x', given, [null, inputs]);
      return tidy(() => {
        const x = given as Tensor2D;
        const parts: Tensor[] = [sum(mul(x, params.linear), 1)];
        if (squares) parts.push(sum(mul(x, matMul(x, params.quadratic as Tensor2D)), 1));
        if (degree > 2) {
          const u = matMul(x, params['cubic.direction'] as Tensor2D, false, true); // [batch, cubes]
          parts.push(sum(mul(mul(u, square(u)), params['cubic.weight']), 1));
        }
        if (!odd) parts.push(params.constant);
        return parts.reduce((total, part) => add(total, part)); // [batch]
      });
    },
  });
}
