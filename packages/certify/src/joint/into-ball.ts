/** Size of a vector. */
export function sizeOf(vector: Float64Array): number {
  let square = 0;
  for (let j = 0; j < vector.length; j++) square += vector[j] * vector[j];
  return Math.sqrt(square);
}

/** Shortens a vector, in place, to a length that it is longer than. */
export function intoBall(vector: Float64Array, radius: number): void {
  const size = sizeOf(vector);
  if (size > radius) for (let j = 0; j < vector.length; j++) vector[j] *= radius / size;
}
