import type { CertifyTask } from '../certifier-of.ts';
import type { JointSearch } from './search.ts';
import type { Spectrum } from './spectrum.ts';

/** Single precision may round a perturbation outwards; this much less keeps it in the ball. */
const INSIDE = 1 - 1e-6;

/**
 * The worst inputs that the search for proofs came upon.
 *
 * @param task - The examples.
 * @param spectrum - In whose basis the perturbations are.
 * @param searches - One an example, with its perturbation if there is one.
 * @returns Inputs, row after row, [batch * d]; an example itself where nothing was looked for.
 */
export async function worstInputs(
  { x, labels }: CertifyTask,
  { basis, inputs }: Spectrum,
  searches: readonly JointSearch[],
): Promise<Float32Array> {
  const worst = Float32Array.from(await x.data());
  for (const [row, { at }] of searches.entries()) {
    if (!at) continue;
    const delta = new Float64Array(inputs);
    for (let k = 0; k < inputs; k++) for (let j = 0; j < inputs; j++) delta[j] += at[k] * basis[k * inputs + j];
    for (let j = 0; j < inputs; j++) worst[row * inputs + j] += INSIDE * labels[row] * delta[j];
  }
  return worst;
}
