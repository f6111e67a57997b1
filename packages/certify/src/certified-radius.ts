import type { Certifier, Classifier, LoopOptions, Threat } from '@advml/core';
import {
  certifierOn,
  requireCertificates,
  requireExamples,
  requireInteger,
  requireOptions,
  requireThreat,
} from '@advml/core/internal';
import { gather, type Tensor, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';

/** What {@link certifiedRadius} takes. */
export interface CertifiedRadiusOptions extends LoopOptions {
  /** How perturbations are measured, box and mask; its finite eps is the largest radius that is looked at. */
  readonly threat: Threat;
  /** The certifier for a threat, such as `(threat) => exactBound({ threat })`. */
  readonly certifier: (threat: Threat) => Certifier;
  /** Bisections: the radius is found up to `eps 2^-rounds`. Default: 12. Each takes one proof an example. */
  readonly rounds?: number;
}

/** Asks a certifier about some of the examples, each at its own radius. */
async function holdsAt(
  certify: Certifier,
  model: Classifier,
  { x, y }: { readonly x: Tensor; readonly y: Tensor1D },
  positions: readonly number[],
  radii: Float64Array,
  signal?: AbortSignal,
): Promise<readonly boolean[]> {
  const at = tensor1d([...positions], 'int32');
  const [own, labels] = [gather(x, at), gather(y, at) as Tensor1D];
  try {
    const eps = positions.map((position) => radii[position]);
    const given = await certify(model, own, labels, { eps, signal });
    requireCertificates(certify.label, given, own);
    return given.certified;
  } finally {
    for (const tensor of [at, own, labels]) tensor.dispose();
  }
}

/**
 * The largest radius at which each example is certified, by bisection.
 *
 * ```math
 * r_i \approx \max\{\, r \le \varepsilon : \text{bound}_i(r) > 0 \,\}
 * ```
 *
 * Every radius that is given was certified itself; where bounds are no monotone function of the radius, a larger one may be, too.
 *
 * @param model - The model.
 * @param x - Inputs [batch, ...].
 * @param y - Labels [batch].
 * @param options - See {@link CertifiedRadiusOptions}.
 * @returns Radii in input units, [batch]: a lower bound of each example's distance to an error; 0 where no radius was certified.
 * @throws InputError if the threat or the certifier is none, the certifier is made for another threat or gives no certificates, or what the certifier throws.
 * @throws AbortedError if the signal is aborted.
 * @example
 * ```ts
 * const radii = await certifiedRadius(model, x, y, {
 *   threat: ball(l2, 1),
 *   certifier: (threat) => exactBound({ threat }),
 * });
 * ```
 */
export async function certifiedRadius(
  model: Classifier,
  x: Tensor,
  y: Tensor1D,
  options: CertifiedRadiusOptions,
): Promise<Float64Array> {
  const known = { threat: true, certifier: true, rounds: true, onProgress: true, signal: true } as const;
  requireOptions<CertifiedRadiusOptions>('certifiedRadius', options, known);
  const { threat, certifier, rounds = 12, onProgress, signal } = options;
  requireThreat('certifiedRadius', threat);
  requireInteger({ rounds }, 1);
  const certify = certifierOn('certifiedRadius', threat, certifier);
  requireExamples(threat, x, y);
  const [count] = x.shape;
  const [low, high] = [new Float64Array(count), new Float64Array(count).fill(threat.eps)];
  const everyone = Array.from(low, (_, at) => at);
  const whole = await holdsAt(certify, model, { x, y }, everyone, high, signal);
  for (const at of everyone) if (whole[at]) low[at] = threat.eps;
  onProgress?.(1, rounds + 1);
  const open = everyone.filter((at) => !whole[at]);
  const middle = new Float64Array(count);
  for (let round = 0; round < rounds && open.length > 0; round++) {
    for (const at of open) middle[at] = (low[at] + high[at]) / 2;
    const holds = await holdsAt(certify, model, { x, y }, open, middle, signal);
    for (const [place, at] of open.entries()) (holds[place] ? low : high)[at] = middle[at];
    onProgress?.(round + 2, rounds + 1);
  }
  onProgress?.(rounds + 1, rounds + 1);
  return low;
}
