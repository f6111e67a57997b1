import { frequencies } from './waves.ts';

/** How colours vary around grey; see `colourImages`. */
export interface ColourDeviations {
  /** Standard deviation along (1, 1, 1), in input units of a unit vector. */
  readonly luminance: number;
  /** The same along (-1, -1, 2). */
  readonly blueYellow: number;
  /** The same along (1, -1, 0). */
  readonly redGreen: number;
}

/**
 * Standard deviation of each wave's strength: falling with its frequency, and such that pixels vary as they should.
 *
 * @param side - Pixels of a side.
 * @param exponent - Of the fall.
 * @param deviations - Of a pixel, along the opponent axes.
 * @returns [3 side side], as `wavePainter` takes strengths.
 */
export function waveDeviations(side: number, exponent: number, deviations: ColourDeviations): Float32Array {
  const fall = frequencies(side).map((cycles) => Math.max(cycles, 1) ** -exponent);
  const power = fall.reduce((sum, amplitude) => sum + amplitude ** 2, 0);
  const { luminance, blueYellow, redGreen } = deviations;
  return Float32Array.from(
    [luminance, blueYellow, redGreen].flatMap((deviation) =>
      Array.from(fall, (amplitude) => (deviation * side * amplitude) / Math.sqrt(power)),
    ),
  );
}
