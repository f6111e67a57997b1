// Colours of values on a canvas, by the scheme of the screen: what votes for the label is blue, what votes against it orange.
import { useEffect, useState } from 'preact/hooks';

type Rgb = readonly [number, number, number];

interface Scheme {
  readonly ground: Rgb;
  readonly positive: Rgb;
  readonly negative: Rgb;
}

const light: Scheme = { ground: [255, 255, 255], positive: [0, 84, 140], negative: [202, 80, 0] };
const dark: Scheme = { ground: [23, 25, 29], positive: [104, 190, 250], negative: [255, 146, 72] };

const query = matchMedia('(prefers-color-scheme: dark)');

/** Whether the screen is dark, also when that changes. */
export function useDark(): boolean {
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const read = () => setDark(query.matches);
    query.addEventListener('change', read);
    return () => query.removeEventListener('change', read);
  }, []);
  return isDark;
}

/** Paints values into pixels: -limit and limit, and what lies beyond, have the deepest colours. */
export function paintSigned(
  values: ArrayLike<number>,
  limit: number,
  pixels: Uint8ClampedArray,
  isDark: boolean,
): void {
  const { ground, positive, negative } = isDark ? dark : light;
  for (let at = 0; at < values.length; at++) {
    const share = Math.min(1, Math.abs(values[at]) / limit);
    const deep = values[at] > 0 ? positive : negative;
    for (let c = 0; c < 3; c++) pixels[4 * at + c] = ground[c] + share * (deep[c] - ground[c]);
    pixels[4 * at + 3] = 255;
  }
}
