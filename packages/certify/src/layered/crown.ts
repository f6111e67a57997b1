import type { Threat } from '@advml/core';
import { requireInteger, requireOptions, yieldToEventLoop } from '@advml/core/internal';
import type { CertifyTask } from '../certifier-of.ts';
import type { Relaxation } from './backward.ts';
import { INTERVALS } from './interval-bound.ts';
import { type LayeredCertifier, layeredCertifier } from './layered-certifier.ts';
import { leastInParts } from './least-in-parts.ts';
import { marginForms } from './margins.ts';
import { raised } from './raised.ts';
import { leastArea, tighten } from './tighten.ts';
import { traceOf } from './trace-of.ts';

/** What {@link crown} takes. */
export interface CrownOptions {
  /** The perturbations that it speaks of: l1, l2 or linf of a finite radius; box and mask are taken into account. */
  readonly threat: Threat;
  /** Steps of gradient ascent on the slopes of the lines, margin by margin. Default: 0, the lines of least area. */
  readonly steps?: number;
  /**
   * The most undecided neurons of a layer, an example, whose own ranges are bounded by CROWN; with more, intervals are taken as they
   * are. Default: 1024. 0 is CROWN on intervals, as in CROWN-IBP.
   */
  readonly neurons?: number;
}

/**
 * CROWN: linear bounds of each margin, from the output back to the input.
 *
 * A neuron whose range [l, u] crosses a knot stands between two lines, of which a positive coefficient takes the lower and a negative one
 * the upper; what comes out at the input is bounded by the dual norm.
 *
 * ```math
 * \alpha z \le \mathrm{relu}(z) \le \frac{u}{u - l} (z - l), \quad \alpha \in [0, 1], \qquad
 * \min_{x' \in B(x)} m(x') \ge \langle a, x\rangle + c - \varepsilon \|a\|_*
 * ```
 *
 * The ranges are those of interval arithmetic or of CROWN itself, whichever is narrower neuron by neuron, and each margin gets the
 * better of both bounds. Any piecewise-linear function has such lines: those through its convex and its concave envelope on [l, u].
 * Max pooling has planes: one entry below; above those of CNN-Cert, at the level that is least in the middle.
 *
 * With `steps` the slopes within the envelopes are moved to raise each margin's bound ("alpha-CROWN"); whatever they are,
 * the bound holds. Ranges of neurons keep the lines of least area.
 *
 * Rounding: a transposed layer is computed in float32; where a coefficient vector g passes the layer, the bound gives up
 * $`(n + 3) 2^{-24} |g|^\top (|A| |x| + |b|)`$ over the layer's own range, for sums of n products. All else, the last form against
 * the ball among it, is in double precision with a share of $`2^{-30}`$ of the absolute values. Products that
 * underflow count with $`2^{-126}`$ each. It holds on backends with IEEE float32 (WASM, CPU), whatever the order of a sum.
 *
 * @param options - See {@link CrownOptions}.
 * @returns A certifier.
 * @throws InputError if the threat is none or infinite, or a number is not an integer >= 0; when used, if the model does not tell its
 * layers, or one of them is such that bounds cannot go through it, or its weights are not finite.
 * @example
 * ```ts
 * const certify = crown({ threat: ball(l2, 0.5), steps: 20 });
 * const { bound } = await certify(classifier(network, params), x, y);
 * ```
 * @see Zhang, Weng, Chen, Hsieh, Daniel: Efficient Neural Network Robustness Certification with General Activation Functions, 2018
 * (arXiv:1811.00866); Xu, Zhang, Wang, Wang, Jana, Lin, Hsieh: Fast and Complete: Enabling Complete Verification with Rapid and
 * Massively Parallel Incomplete Verifiers, 2021 (arXiv:2011.13824), for the slopes.
 */
export function crown(options: CrownOptions): LayeredCertifier {
  requireOptions<CrownOptions>('crown', options, { threat: true, steps: true, neurons: true });
  const { threat, steps = 0, neurons = 1024 } = options;
  requireInteger({ steps, neurons });
  const label = `CROWN${steps > 0 ? `, ${steps} steps` : ''}${neurons === 1024 ? '' : `, ${neurons} neurons`},`;
  return layeredCertifier({
    owner: 'crown',
    label,
    threat,
    batchSize: 64,
    async bound(task: CertifyTask) {
      const pause = () => yieldToEventLoop(task.signal, label);
      let lines: Relaxation | undefined;
      const trace = await traceOf('crown', threat, task, (known, at) => {
        lines ??= leastArea(known);
        return tighten(known, at, lines, neurons, pause);
      });
      lines ??= leastArea(trace);
      const last = trace.values.length - 1;
      const forms = marginForms(last, task.labels, trace.values[last].size);
      const byLines = await leastInParts(trace, forms, lines, pause);
      const byIntervals = await leastInParts(trace, forms, INTERVALS, pause);
      const best = byLines.map((bound, row) => Math.max(bound, byIntervals[row]));
      return steps > 0 ? raised(trace, forms, best, { steps, lines, pause }) : best;
    },
  });
}
