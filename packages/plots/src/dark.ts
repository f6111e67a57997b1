import { ground, ink, muted } from './palette.ts';

/** The colours of figures on a dark page, by those on a light one: as far from the ground, and from each other. */
const DARK: Readonly<Record<string, string>> = {
  [ground]: '#17191d',
  [ink]: '#e8e8ea',
  [muted]: '#a9adb6',
  '#0072b2': '#4aa3e0',
  '#d55e00': '#ff8a3d',
  '#009e73': '#2bc797',
  '#cc79a7': '#e79cc5',
  '#e69f00': '#f5bd3c',
  '#56b4e9': '#a5dcff',
};

/**
 * Style rules that give the figures in a dark page dark grounds and bright ink, while colours that stand for values, of matrices and
 * pictures, stay what they are.
 *
 * A figure has the colours of print by default; put the rules where they shall hold, such as inside `@media (prefers-color-scheme: dark)`.
 *
 * @param selector - What the figures stand in, such as `figure` or `.a, .b`. Default: every figure of the page.
 * @returns Rules of CSS.
 * @example
 * ```ts
 * const css = `@media (prefers-color-scheme: dark) { ${darkFigures('figure')} }`;
 * ```
 */
export function darkFigures(selector = ':root'): string {
  const within = selector.includes(',') ? `:is(${selector})` : selector;
  const rules = Object.entries(DARK).flatMap(([light, dark]) =>
    ['fill', 'stroke', 'color'].map(
      (property) => `${within} svg [${property}="${light}"]:not([data-colors] *) { ${property}: ${dark}; }`,
    ),
  );
  const root = `${within} svg[fill="${ink}"] { fill: ${DARK[ink]}; }`; // what has no colour of its own
  return [root, ...rules].join('\n');
}

/**
 * A figure that is light or dark as whoever looks at it has chosen: it brings the rules of {@link darkFigures} for `prefers-color-scheme`.
 *
 * For files that pages show by `<img>`. In a page of your own, put the rules of {@link darkFigures} into its style sheet instead: a style
 * within a figure would hold for all figures of that page.
 *
 * @param svg - A figure of this package, as SVG text; any other text comes back as it is.
 * @returns The figure with its rules, as SVG text.
 * @example
 * ```ts
 * await writeFile('robustness.svg', lightAndDark(robustnessCurves({ series, norm: 'l2' })));
 * ```
 */
export function lightAndDark(svg: string): string {
  const rules = darkFigures('').replaceAll('\n', '');
  return svg.replace(/^<svg[^>]*>/, (tag) => `${tag}<style>@media (prefers-color-scheme: dark){${rules}}</style>`);
}
