/** Coefficients of 1/x, 1/x^3, 1/x^5, ... in Stirling's series: the Bernoulli numbers B_2k over 2k (2k - 1). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

/** From here on the series is exact to double precision; smaller arguments are raised to it. */
const FAR = 16;

/**
 * The logarithm of the gamma function.
 *
 * Stirling's series where it is exact, reached by `ln Gamma(x) = ln Gamma(x + n) - ln(x (x + 1) ... (x + n - 1))`.
 *
 * ```math
 * \ln \Gamma(x) = (x - \tfrac12) \ln x - x + \tfrac12 \ln 2\pi + \sum_{k \ge 1} \frac{B_{2k}}{2k(2k - 1)\, x^{2k - 1}}
 * ```
 *
 * @param x - Positive.
 * @returns Its value, with an error of at most a few 1e-15 of the larger of 1 and the result.
 * @example
 * ```ts
 * logGamma(5); // Math.log(24)
 * ```
 * @see NIST Digital Library of Mathematical Functions, 5.11.1.
 */
export function logGamma(x: number): number {
  let product = 1;
  let far = x;
  for (; far < FAR; far++) product *= far;
  let tail = 0;
  for (let term = STIRLING.length - 1; term >= 0; term--) tail = tail / (far * far) + STIRLING[term];
  return (far - 0.5) * Math.log(far) - far + 0.5 * Math.log(2 * Math.PI) + tail / far - Math.log(product);
}
