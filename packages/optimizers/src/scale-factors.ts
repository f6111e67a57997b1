import { mapParams, type Optimizer } from '@advml/core';
import { requireNames, requireOptions, requirePositive, requireSameTree } from '@advml/core/internal';
import { matMul, type Tensor, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { inverse } from './inverse.ts';

/** How far {@link scaleFactors} goes. */
export interface FactorScaling {
  /** What is added to the diagonal of a Gram matrix, as a share of its trace, > 0. Default: 1e-4. */
  readonly damping?: number;
}

/**
 * Scales the gradients of the two factors of a low-rank update against each other, so that the rate of full training fits.
 *
 * ```math
 * G_A \to G_A\,(B B^\top + \delta \operatorname{tr}(B B^\top)\, I)^{-1}, \qquad
 * G_B \to (A^\top A + \delta \operatorname{tr}(A^\top A)\, I)^{-1}\, G_B
 * ```
 *
 * For W = A B with gradient G, a step of plain descent would depend on how the size of W is shared between A and B. With the
 * scaling it changes W, to first order, by $`-\eta\,(G P_B + P_A G)`$: the step of full training projected on the rows of B and on
 * the columns of A. A factor of zero leaves the other's gradient as it is.
 *
 * @param names - Weights whose factors are `NAME.left` (A) and `NAME.right` (B), as `lowRank` of `@advml/networks` calls them. The
 * updates of other parameters pass unchanged.
 * @param options - See {@link FactorScaling}.
 * @returns An optimizer without a state.
 * @throws InputError if the damping is not positive, or the names are no array; when it is used, a weight has no factors.
 * @example
 * ```ts
 * const optimizer = chain(scaleFactors(['weight']), descend(10));
 * ```
 * @see Tong, Ma, Chi: Accelerating Ill-Conditioned Low-Rank Matrix Estimation via Scaled Gradient Descent, 2021
 * (arXiv:2005.08898); Zhang, Pilanci: Riemannian Preconditioned LoRA for Fine-Tuning Foundation Models, 2024 (arXiv:2402.02347).
 */
export function scaleFactors(names: readonly string[], options: FactorScaling = {}): Optimizer {
  requireOptions<FactorScaling>('scaleFactors', options, { damping: true });
  const { damping = 1e-4 } = options;
  requirePositive({ damping });
  requireNames('names', names);
  const partners = new Map(
    names.flatMap((name) => [
      [`${name}.left`, `${name}.right`],
      [`${name}.right`, `${name}.left`],
    ]),
  );
  return Object.freeze<Optimizer>({
    init(params) {
      requireNames('names', [...partners.keys()], params);
      return {};
    },
    update(gradients, _state, params) {
      requireSameTree('gradients', gradients, params);
      requireNames('names', [...partners.keys()], params);
      const updates = mapParams(gradients, (update, name) => {
        const partner = partners.get(name);
        if (partner === undefined) return update.clone();
        const left = partner.endsWith('.left');
        const scale = dampedInverse(params[partner] as Tensor2D, left, damping);
        if (!scale) return update.clone();
        return (left ? matMul(scale, update as Tensor2D) : matMul(update as Tensor2D, scale)) as Tensor;
      });
      return { updates, state: {} };
    },
  });
}

/** Inverse of the damped Gram matrix [rank, rank] of a factor's columns or rows; none for a factor of zero. */
function dampedInverse(factor: Tensor2D, ofColumns: boolean, damping: number): Tensor2D | undefined {
  const gram = Float64Array.from(matMul(factor, factor, ofColumns, !ofColumns).dataSync());
  const rank = Math.sqrt(gram.length);
  let trace = 0;
  for (let at = 0; at < rank; at++) trace += gram[at * rank + at];
  if (trace === 0) return undefined;
  for (let at = 0; at < rank; at++) gram[at * rank + at] += damping * trace;
  return tensor2d(Float32Array.from(inverse(gram, rank)), [rank, rank]);
}
