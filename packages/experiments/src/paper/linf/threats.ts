import { ball, l1, l2, linf, type Norm, type Threat } from '@advml/core';
import { normalQuantile } from '@advml/core/internal';
import type { LinfSetting } from './setting.ts';

/** The norms that networks are attacked in. */
export const NORMS = [l1, l2, linf] as const;

/** Digits of a radius, so that it is the number that reports print. */
const DIGITS = 3;

/** Size of the unit vector along the dense mixture M w* in the dual of a norm. */
function dualSizeOfMixture({ name }: Norm, { dimension: d, dictionary }: LinfSetting['data']): number {
  if (name === 'l2') return 1;
  if (dictionary === 'identity') return name === 'linf' ? Math.sqrt(d) : 1 / Math.sqrt(d);
  const largest = normalQuantile((1 + 2 ** (-1 / d)) / 2); // the median of the largest of d
  return name === 'linf' ? Math.sqrt((2 * d) / Math.PI) : largest / Math.sqrt(d);
}

/**
 * The attack of a norm that gains as much along the dense mixture as one of radius tau in l2.
 *
 * Before adversarial training the network is nearly linear along the unit vector u = M w* / |M w*|, and a step of size eps in
 * the l_p norm moves along it by at most eps |u|_q, with 1/p + 1/q = 1. So the radii that are as dangerous are
 *
 * ```math
 * \tau_p = \frac{\tau}{\|u\|_q}: \qquad
 * \tau_\infty = \sqrt{\tfrac{\pi}{2}}\, \frac{\tau}{\sqrt d}, \qquad
 * \tau_1 = \frac{\tau \sqrt d}{\Phi^{-1}\bigl(\tfrac12 (1 + 2^{-1/d})\bigr)} \approx \tau \sqrt{\tfrac{d}{2 \ln d}}
 * ```
 *
 * where M is a random orthonormal matrix, for then the entries of u are like those of a Gaussian vector of length 1. Where M is the
 * identity they are all $`1/\sqrt d`$ in size, $`\tau_\infty = \tau/\sqrt d`$ and $`\tau_1 = \tau \sqrt d`$. A feature is a single entry then,
 * which an l-infinity attack can hardly touch and an l1 attack of that size replaces.
 *
 * @param norm - How perturbations are measured.
 * @param setting - A complete setting; its multiple holds in l-infinity only.
 * @returns The threat, its radius rounded to three digits; l2 has tau itself.
 */
export function threatIn(norm: Norm, { tau, data, linf: { multiple } }: LinfSetting): Threat {
  const eps = (tau / dualSizeOfMixture(norm, data)) * (norm === linf ? multiple : 1);
  return ball(norm, norm === l2 ? tau : Number(eps.toPrecision(DIGITS)));
}
