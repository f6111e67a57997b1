import { matMul, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { CertifyTask } from '../certifier-of.ts';
import { intoBall } from './into-ball.ts';
import type { JointSearch } from './search.ts';
import type { Spectrum } from './spectrum.ts';

/** Single precision may round a perturbation outwards; this much less keeps it in the ball. */
const INSIDE = 1 - 1e-6;

/** Perturbations in input units from those in the basis of the spectrum, [count * d], in single precision. */
function turnedBack({ basis, inputs }: Spectrum, points: readonly Float64Array[]): Float32Array {
  const rows = new Float32Array(points.length * inputs);
  for (const [row, point] of points.entries()) rows.set(point, row * inputs);
  const product = tidy(
    () =>
      matMul(tensor2d(rows, [points.length, inputs]), tensor2d(Float32Array.from(basis), [inputs, inputs])) as Tensor2D,
  );
  const values = product.dataSync<'float32'>().slice();
  product.dispose();
  return values;
}

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
  spectrum: Spectrum,
  searches: readonly JointSearch[],
): Promise<Float32Array> {
  const { inputs } = spectrum;
  const worst = Float32Array.from(await x.data());
  const met = [...searches.entries()].filter(([, { at }]) => at);
  if (met.length === 0) return worst;
  const deltas = turnedBack(
    spectrum,
    met.map(([, { at }]) => at as Float64Array),
  );
  for (const [place, [row, { example }]] of met.entries()) {
    const delta = Float64Array.from(deltas.subarray(place * inputs, (place + 1) * inputs));
    intoBall(delta, example.radius);
    for (let j = 0; j < inputs; j++) worst[row * inputs + j] += INSIDE * labels[row] * delta[j];
  }
  return worst;
}
