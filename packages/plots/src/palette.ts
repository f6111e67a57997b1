/** How one series is told from the others: by colour, and without colour by dash and symbol. */
export interface SeriesStyle {
  /** Stroke or fill, as `#rrggbb`. */
  readonly color: string;
  /** Dash pattern of lines as SVG writes it; `'none'` is a full line. */
  readonly dash: string;
  /** Symbol of points, a name that Observable Plot knows. */
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'wye' | 'cross';
}

/**
 * The styles of series in their order; a figure with more series takes the colours again with other dashes and symbols.
 *
 * The colours are those of Okabe and Ito, which stay apart for people with any kind of colour blindness, the strongest
 * on white first.
 *
 * @see Okabe, Ito: Color Universal Design, 2008 (https://jfly.uni-koeln.de/color/).
 */
export const palette: readonly SeriesStyle[] = [
  { color: '#0072b2', dash: 'none', symbol: 'circle' },
  { color: '#d55e00', dash: '6 3', symbol: 'square' },
  { color: '#009e73', dash: '2 2', symbol: 'triangle' },
  { color: '#cc79a7', dash: '8 3 2 3', symbol: 'diamond' },
  { color: '#1a1a1a', dash: '4 4', symbol: 'star' },
  { color: '#e69f00', dash: '10 3', symbol: 'wye' },
  { color: '#56b4e9', dash: '1 3', symbol: 'cross' },
];

/** The style of the series at `index`; no two of the first 49 are the same. */
export function styleOf(index: number): SeriesStyle {
  const { dash, symbol } = palette[(index + Math.floor(index / palette.length)) % palette.length];
  return { ...palette[index % palette.length], dash, symbol };
}

/** Dark text and lines that are not data. */
export const ink = '#1a1a1a';

/** Text and lines that stand back. */
export const muted = '#595959';

/** What everything stands on. */
export const ground = '#ffffff';

/** Attributes of a group whose colours are values, and so the same on a dark page. */
export const ofValues = { 'data-colors': 'values' };
