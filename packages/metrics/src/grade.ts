import { type Attack, type Batch, describeThreat, InputError } from '@advml/core';
import { firstOffMask, requireFinite, requireInBox, requireShape, sizeAtMost } from '@advml/core/internal';
import { sub, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** Float32 rounding that a perturbation may show: as a share of eps and as a share of the size of the input. */
export const SLACK = { eps: 1e-5, input: 1e-6 };

/**
 * Measures what an attack, or a certifier on its way, did, and refuses it where the threat forbids it.
 *
 * @param attack - Its label and threat.
 * @param examples - What it was given.
 * @param worst - What it made of them, [batch, ...].
 * @param positions - Where the examples stand in the whole batch, for the message.
 * @param radii - The examples' own radii. Default: the threat's.
 * @returns Size of each perturbation in the threat's norm, [batch].
 */
export function measuredDistance(
  { label, threat }: Pick<Attack, 'label' | 'threat'>,
  { x }: Batch,
  worst: Tensor,
  positions: readonly number[],
  radii?: readonly number[],
): Float32Array {
  const name = `result of ${label}`;
  requireShape(name, worst, x.shape);
  requireFinite(name, worst);
  if (threat.box) requireInBox(name, worst, threat.box);

  const off = firstOffMask(threat, x, worst);
  if (off >= 0)
    throw new InputError(`${name} must stay within its mask, got example ${positions[off]} changed outside`);

  const sizes = (tensor: () => Tensor): Float32Array => {
    const size = tidy(() => threat.norm.size(tensor())); // [batch]
    const values = size.dataSync<'float32'>();
    size.dispose();
    return values;
  };
  const distance = sizes(() => sub(worst, x));
  const inputs = sizes(() => x);
  const radiusOf = (at: number): number => radii?.[at] ?? threat.eps;
  const bad = distance.findIndex((size, at) => size > radiusOf(at) * (1 + SLACK.eps) + inputs[at] * SLACK.input);
  if (bad >= 0)
    throw new InputError(
      `${name} must stay within ${describeThreat({ ...threat, eps: radiusOf(bad) })}, got distance ${distance[bad]} on example ${positions[bad]}`,
    );
  return distance.map((size, at) => sizeAtMost(size, radiusOf(at)));
}
