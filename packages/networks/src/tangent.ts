import { type Classifier, InputError, type Params } from '@advml/core';
import { requirePositive, requireSameTree, requireShape } from '@advml/core/internal';
import {
  abs,
  add,
  matMul,
  mul,
  neg,
  sigmoid,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { describedAround } from './described/described-around.ts';
import { detached } from './detached.ts';
import type { FeatureModel } from './feature-model.ts';
import type { SymmetricTwoLayer } from './symmetric-two-layer.ts';

/** See {@link tangent}. */
export interface Tangent extends FeatureModel {
  /**
   * The same model with gates averaged over noise on the pre-activations: its gradient shows an attack the gates that are
   * about to switch, to which the model's own gradient is blind.
   *
   * ```math
   * \mathbb 1[|u| > b] \;\to\; \sigma\bigl((u - b)/s\bigr) + \sigma\bigl((-u - b)/s\bigr), \qquad \sigma(t) = 1/(1 + e^{-t})
   * ```
   *
   * @param params - As `init` gives them; the caller keeps them alive as long as the model is used.
   * @param smoothing - s, the scale of the logistic noise, in units of a pre-activation; > 0.
   * @returns A model with scores [batch].
   * @throws InputError if `smoothing` is not positive and finite.
   */
  surrogate(params: Params, smoothing: number): Classifier;
}

/**
 * The neural tangent kernel model of a symmetric two-layer network: the network to first order in the change of its weights.
 *
 * ```math
 * f(x) = \sum_{i=1}^m \Bigl\langle v_i, \frac{\partial F(x; w)}{\partial w_i} \Bigr\rangle
 *      = \sum_{i=1}^m \langle v_i, x\rangle \, \mathbb 1\bigl[|\langle w_i, x\rangle| > b\bigr]
 * ```
 *
 * for the network `F` without noise: both of its rectifiers pass on x where they are open, and at most one of them is. With
 * b = 0 every gate is open and the model is linear in x.
 *
 * Parameters: `weight` [m, d] and `bias` [] of the network, which stay, and `tangent` [m, d], the v that is trained, zero at the
 * start. Gates are piecewise constant in x, and the gradient in x takes them so.
 *
 * @param network - The network; its initialization draws the gates.
 * @returns A frozen network that gives scores; `fixed` names the parameters of the gates.
 * @throws InputError, when applied, if inputs or parameters do not fit.
 * @example
 * ```ts
 * const network = symmetricTwoLayer({ inputs: 1536, neurons: 1536, initialDeviation: 2e-5 });
 * const model = tangent(network);
 * const params = model.init(key('init', 0)); // the network's own, and tangent [1536, 1536]
 * ```
 * @see Jacot, Gabriel, Hongler: Neural Tangent Kernel: Convergence and Generalization in Neural Networks, 2018
 * (arXiv:1806.07572); Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020
 * (arXiv:2005.10190), for the bound on its robustness.
 */
export function tangent(network: SymmetricTwoLayer): Tangent {
  const [inputs] = network.inputShape;
  const fit = (params: Params, x: Tensor) => {
    const [neurons] = params.weight?.shape ?? [];
    if (neurons === undefined) throw new InputError(`parameters lack 'weight'; they have ${Object.keys(params)}`);
    const shape = [neurons, inputs];
    requireSameTree('parameters', params, { weight: { shape }, bias: { shape: [] }, tangent: { shape } });
    requireShape('x', x, [null, inputs]);
    return { x: x as Tensor2D, weight: params.weight as Tensor2D, v: params.tangent as Tensor2D, b: params.bias };
  };
  /** The sum over neurons comes first: the gradient in x is then at hand, without another product of matrices. */
  const scores = (x: Tensor2D, gates: Tensor2D, v: Tensor2D): Tensor1D => sum(mul(x, matMul(gates, v)), 1);

  return Object.freeze<Tangent>({
    name: `tangent of ${network.name}`,
    inputShape: network.inputShape,
    output: 'score',
    parameters: network.parameters && { ...network.parameters, tangent: network.parameters.weight },
    describe: () => describedAround('tangent', network),
    fixed: Object.freeze(['weight', 'bias']),
    init(key) {
      const params = network.init(key);
      return { ...params, tangent: zerosLike(params.weight) };
    },
    apply(params, given) {
      const { x, weight, v, b } = fit(params, given);
      return tidy(() => {
        const open = () => step(sub(abs(matMul(x, weight, false, true)), b)) as Tensor2D;
        return scores(x, detached(open), v);
      });
    },
    surrogate(params, smoothing) {
      requirePositive({ smoothing }, 'units of a pre-activation');
      return (given) => {
        const { x, weight, v, b } = fit(params, given);
        return tidy(() => {
          const u = matMul(x, weight, false, true); // [batch, m]
          const open = (t: Tensor) => sigmoid(mul(sub(t, b), 1 / smoothing)) as Tensor2D;
          return scores(x, add(open(u), open(neg(u))), v);
        });
      };
    },
  });
}
