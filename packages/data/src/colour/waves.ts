/** Luminance, blue against yellow, and red against green: the axes along which colours of natural images vary independently. */
const OPPONENT_AXES = [
  [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)],
  [-1 / Math.sqrt(6), -1 / Math.sqrt(6), 2 / Math.sqrt(6)],
  [1 / Math.sqrt(2), -1 / Math.sqrt(2), 0],
];

/** Cycles an image of each wave along one axis: those above half the side run backwards. */
const folded = (side: number, at: number): number => Math.min(at, side - at);

/**
 * Cycles an image of each wave, [side, side] one after the other.
 *
 * @param side - Pixels of a side.
 */
export const frequencies = (side: number): Float64Array =>
  Float64Array.from({ length: side * side }, (_, at) =>
    Math.hypot(folded(side, Math.floor(at / side)), folded(side, at % side)),
  );

/** The orthonormal waves of one axis, cos + sin (Hartley), [side, side], symmetric. */
function waves(side: number): Float64Array {
  return Float64Array.from({ length: side * side }, (_, at) => {
    const angle = (2 * Math.PI * ((Math.floor(at / side) * (at % side)) % side)) / side;
    return (Math.cos(angle) + Math.sin(angle)) / Math.sqrt(side);
  });
}

/** The product of two square matrices. */
function times(a: ArrayLike<number>, b: ArrayLike<number>, side: number): Float64Array {
  const product = new Float64Array(side * side);
  for (let row = 0; row < side; row++)
    for (let inner = 0; inner < side; inner++) {
      const factor = a[row * side + inner];
      if (factor === 0) continue;
      for (let column = 0; column < side; column++) product[row * side + column] += factor * b[inner * side + column];
    }
  return product;
}

/**
 * Makes images from the strengths of their waves, by an orthonormal map.
 *
 * @param side - Pixels of a side.
 * @returns Takes strengths [3 side side], opponent axis by opponent axis, wave by wave, and adds the image to numbers
 * [side, side, 3].
 */
export function wavePainter(side: number): (strengths: Float32Array, into: Float32Array) => void {
  const basis = waves(side);
  return (strengths, into) => {
    for (const [axis, colour] of OPPONENT_AXES.entries()) {
      const own = strengths.subarray(axis * side * side, (axis + 1) * side * side);
      const plane = times(basis, times(own, basis, side), side);
      for (const [pixel, value] of plane.entries())
        for (let channel = 0; channel < 3; channel++) into[3 * pixel + channel] += value * colour[channel];
    }
  };
}
