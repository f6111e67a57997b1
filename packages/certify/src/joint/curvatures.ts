/** How far a curvature may be from the middle one, as a factor. */
const RANGE = 16;

/**
 * Shares of one curvature, a neuron each: as much as the neuron can have before all together curve too much in its direction.
 *
 * ```math
 * d_i \propto \frac{|w_i|^2}{w_i^\top H w_i}, \qquad H = W^\top W
 * ```
 *
 * The dual pays for curvatures by the largest eigenvalue of $`W^\top D W`$. With all alike that is H, whose largest eigenvalue belongs to
 * directions that many neurons share. The Rayleigh quotient of H at $`w_i`$ says how much others share the direction of neuron i.
 *
 * @param weight - W, [m, d], row by row.
 * @param seen - $`W H`$, [m, d], row by row.
 * @param inputs - d.
 * @returns d_i > 0, [m], the middle one 1.
 */
export function curvaturesOf(weight: Float64Array, seen: Float64Array, inputs: number): Float64Array {
  const shares = Float64Array.from({ length: weight.length / inputs }, (_, i) => {
    let [square, shared] = [0, 0];
    for (let at = i * inputs; at < (i + 1) * inputs; at++) {
      square += weight[at] * weight[at];
      shared += weight[at] * seen[at];
    }
    return shared > 0 ? square / shared : 0;
  });
  const some = shares.filter((share) => share > 0).sort();
  const middle = some.length > 0 ? some[some.length >> 1] : 1;
  return shares.map((share) => Math.min(RANGE, Math.max(share / middle, 1 / RANGE)));
}
