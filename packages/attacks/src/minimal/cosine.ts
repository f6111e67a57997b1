/**
 * From a first value to a last along half a cosine.
 *
 * @param ends - The first and the last value.
 * @param step - The step, from 0.
 * @param steps - How many steps there are; at this one the last value is reached.
 * @returns The value at the step.
 */
export function cosine([first, last]: readonly [number, number], step: number, steps: number): number {
  return last + ((first - last) * (1 + Math.cos((Math.PI * step) / steps))) / 2;
}
