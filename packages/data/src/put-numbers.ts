/**
 * Writes numbers of an array, each divided by `scale`.
 *
 * @param source - Where from, beginning at `start`.
 * @param into - Where to; as many numbers as it has room for.
 */
export function putNumbers(source: ArrayLike<number>, start: number, into: Float32Array, scale: number): void {
  for (let at = 0; at < into.length; at++) into[at] = source[start + at] / scale;
}

/**
 * Writes an image that is stored channel by channel, its channels last, each number divided by `scale`.
 *
 * @param source - Where from: one plane after the other, beginning at `start`.
 * @param channels - How many planes.
 * @param into - Where to: a whole image, [height, width, channels].
 */
export function putPlanes(
  source: ArrayLike<number>,
  start: number,
  channels: number,
  into: Float32Array,
  scale: number,
): void {
  const plane = into.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    for (let at = 0; at < plane; at++) into[at * channels + channel] = source[start + channel * plane + at] / scale;
  }
}
