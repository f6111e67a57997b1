import { type Scalar, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * Gradient of a scalar function by finite differences, entry by entry, with an error of fourth order in the step.
 *
 * ```math
 * \frac{8\,(f(x+h) - f(x-h)) - (f(x+2h) - f(x-2h))}{12 h}
 * ```
 *
 * @param f - Gives one number; called four times an entry.
 * @param x - Where; only read.
 * @param step - The step `h`, in the units of `x`: near 1e-2 suits float32 functions of order 1.
 * @returns As many numbers as `x` has entries.
 * @example
 * ```ts
 * const slopes = finiteDifference((x) => sum(square(x)), tensor1d([1, 2])); // [2, 4]
 * ```
 */
export function finiteDifference(f: (x: Tensor) => Scalar, x: Tensor, step = 1e-2): Float64Array {
  const values = x.dataSync<'float32'>();
  const at = (entry: number, shift: number) =>
    tidy(
      () =>
        f(
          tensor(
            values.map((value, k) => (k === entry ? value + shift : value)),
            x.shape,
          ),
        ).dataSync()[0],
    );
  return Float64Array.from(values, (_, entry) => {
    const near = at(entry, step) - at(entry, -step);
    const far = at(entry, 2 * step) - at(entry, -2 * step);
    return (8 * near - far) / (12 * step);
  });
}
