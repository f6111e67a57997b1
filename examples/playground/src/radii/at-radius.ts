import type { EachRadius } from './attack-each-radius.ts';

/** What the attack found at one radius. */
export interface AtRadius {
  /** In input units. */
  readonly radius: number;
  /** The attacked image. */
  readonly image: Float32Array;
  /** What the attack changed. */
  readonly change: Float32Array;
  /** The largest of these changes. */
  readonly most: number;
  /** Probability of each class. */
  readonly probabilities: Float32Array;
  /** The class with the largest. */
  readonly answer: number;
}

/** What was found at the radius that is nearest to the one that is wanted. */
export function atRadius({ radii, images, probabilities, classes }: EachRadius, wanted: number): AtRadius {
  const distance = (at: number) => Math.abs(radii[at] - wanted);
  const place = radii.reduce((best, _, at) => (distance(at) < distance(best) ? at : best), 0);
  const size = images.length / radii.length;
  const image = images.subarray(place * size, (place + 1) * size);
  const own = probabilities.subarray(place * classes, (place + 1) * classes);
  const change = image.map((value, at) => value - images[at]);
  return {
    radius: radii[place],
    image,
    change,
    most: change.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    probabilities: own,
    answer: own.indexOf(Math.max(...own)),
  };
}

/** The smallest radius at which the answer is not the label; nothing if there is none. */
export function brokenAt(found: EachRadius, label: number): number | undefined {
  return found.radii.find((radius) => atRadius(found, radius).answer !== label);
}
