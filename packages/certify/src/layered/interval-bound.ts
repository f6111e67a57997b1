import type { Threat } from '@advml/core';
import { requireOptions, yieldToEventLoop } from '@advml/core/internal';
import type { CertifyTask } from '../certifier-of.ts';
import type { Relaxation } from './backward.ts';
import { type LayeredCertifier, layeredCertifier } from './layered-certifier.ts';
import { leastInParts } from './least-in-parts.ts';
import { marginForms } from './margins.ts';
import { traceOf } from './trace-of.ts';

/** What {@link intervalBound} takes. */
export interface IntervalBoundOptions {
  /** The perturbations that it speaks of: l1, l2 or linf of a finite radius; box and mask are taken into account. */
  readonly threat: Threat;
}

/** Bends and maxima are what their intervals are. */
export const INTERVALS: Relaxation = { lines: () => undefined, planes: () => undefined };

/**
 * Interval bound propagation: the range of every neuron, layer by layer.
 *
 * ```math
 * c' = W c + b, \quad r' = |W| r \quad (\text{first layer: } r'_i = \max_{\delta} \langle w_i, \delta\rangle, \text{ the dual norm}), \qquad [a(c - r),\, a(c + r)]
 * ```
 *
 * The first affine layers together are bounded exactly, in l1, l2 and linf, with box and mask; from there on neurons count as
 * independent. The last affine layers are joined with the margin, so that what the logits share cancels. It costs about three
 * forward passes, is the bound that certified training makes tight, and is loose for other networks: see {@link crown}.
 *
 * Rounding: layers are computed in float32, and each end of an interval moves outwards by what a sum of n products may have lost, at
 * most $`2 (n + 3) 2^{-24}`$ of the sum of absolute values; products that underflow count with $`2^{-126}`$ each. All else is in
 * double precision, with a share of $`2^{-30}`$ for rounding. It holds on backends with IEEE float32 (WASM, CPU), whatever the order of
 * a sum.
 *
 * @param options - See {@link IntervalBoundOptions}.
 * @returns A certifier.
 * @throws InputError if the threat is none or infinite; when used, if the model does not tell its layers, or one of them is such
 * that bounds cannot go through it, or its weights are not finite.
 * @example
 * ```ts
 * const certify = intervalBound({ threat: ball(linf, 0.1, { low: 0, high: 1 }) });
 * const { certified } = await certify(classifier(network, params), x, y);
 * ```
 * @see Gowal, Dvijotham, Stanforth, Bunel, Qin, Uesato, Arandjelovic, Mann, Kohli: On the Effectiveness of Interval Bound
 * Propagation for Training Verifiably Robust Models, 2018 (arXiv:1810.12715).
 */
export function intervalBound(options: IntervalBoundOptions): LayeredCertifier {
  requireOptions<IntervalBoundOptions>('intervalBound', options, { threat: true });
  const { threat } = options;
  return layeredCertifier({
    owner: 'intervalBound',
    label: 'IBP',
    threat,
    batchSize: 64,
    async bound(task: CertifyTask) {
      const trace = await traceOf('intervalBound', threat, task);
      const last = trace.values.length - 1;
      const forms = marginForms(last, task.labels, trace.values[last].size);
      return leastInParts(trace, forms, INTERVALS, () => yieldToEventLoop(task.signal, 'IBP'));
    },
  });
}
