import { InputError } from '@advml/core';
import { curves, heatMap, type RenderOptions } from '@advml/plots';
import { groupsOf, placeText, type SweepGroup, type SweepResults, valueText } from '@advml/runs/disk';

/** A claim over several runs holds where it holds in this share of them: four of five. */
const NEEDED = 0.8;
const MARK = 'holds in at least four of five runs';

/** What a figure of a sweep is to show. */
export interface SweepView {
  /** What runs along the axes: one key for lines, two for heat maps. */
  readonly x: readonly string[];
  /** What tells lines, or maps, apart. */
  readonly by: readonly string[];
  /** Which numbers: a figure each. */
  readonly y: readonly string[];
}

/** Numbers by size, words as they come. */
function inOrder(values: readonly unknown[]): readonly string[] {
  const numbers = values.every((value) => typeof value === 'number');
  const sorted = numbers ? values.toSorted((a, b) => (a as number) - (b as number)) : values;
  return [...new Set(sorted.map(valueText))];
}

const isShare = (groups: readonly SweepGroup[]): boolean =>
  groups.every(({ value, low, high }) => (low ?? value) >= 0 && (high ?? value) <= 1);

/** What the numbers are means of. */
function averaged(groups: readonly SweepGroup[], { location }: SweepResults): string {
  const counts = groups.map(({ count }) => count);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const runs = least === most ? `${least}` : `${least} to ${most}`;
  return most === 1 ? `Each number is of one run. Sweep ${location}.` : `Means over ${runs} runs. Sweep ${location}.`;
}

type Draw = (results: SweepResults, groups: readonly SweepGroup[], view: SweepView, options: RenderOptions) => string;

const linesOf: Draw = (results, groups, { x: [x], by }, options) => {
  const [{ quantity }] = groups;
  const labels = [...new Set(groups.map(({ values }) => placeText(values, by)))];
  const series = labels.map((label) => ({
    label,
    points: groups
      .filter(({ values }) => placeText(values, by) === label)
      .map(({ values, value, low, high }) => ({
        x: values[x] as number,
        y: value,
        low: low ?? value,
        high: high ?? value,
      })),
  }));
  const caption = `${averaged(groups, results)} Bands are 95% intervals (Student) where there are several runs.`;
  return curves({ series, xLabel: x, yLabel: quantity, title: `${quantity} over ${x}`, caption }, options);
};

const mapsOf: Draw = (results, groups, { x: [across, up], by }, options) => {
  const [{ quantity, held }] = groups;
  const labels = [...new Set(groups.map(({ values }) => placeText(values, by)))];
  const panels = labels.map((label) => ({
    label: by.length > 0 ? label : quantity,
    cells: groups
      .filter(({ values }) => placeText(values, by) === label)
      .map(({ values, value, count, held }) => ({
        x: valueText(values[across]),
        y: valueText(values[up]),
        value,
        marked: held !== null && held >= NEEDED * count,
      })),
  }));
  const sideOf = (key: string) => inOrder(groups.map(({ values }) => values[key]));
  const figure = {
    panels,
    x: sideOf(across),
    y: sideOf(up),
    xLabel: across,
    yLabel: up,
    valueLabel: quantity,
    title: `${quantity} over ${across} and ${up}`,
    caption: averaged(groups, results),
    ...(isShare(groups) && { domain: [0, 1] as const }),
    ...(held !== null && { markLabel: MARK }),
  };
  return heatMap(figure, options);
};

/**
 * The figures of a sweep: lines over one key, or heat maps over two.
 *
 * @param results - The sweep.
 * @param view - What to show.
 * @param options - How large it is drawn.
 * @returns SVG text by the number that it shows.
 * @throws InputError if a key does not exist, a line would go over words, or there is no number to draw.
 */
export function sweepFigures(
  results: SweepResults,
  view: SweepView,
  options: RenderOptions = {},
): ReadonlyMap<string, string> {
  const groups = groupsOf(results, [...new Set([...view.x, ...view.by])]);
  const isWord = ({ values }: SweepGroup) => typeof values[view.x[0]] !== 'number';
  if (view.x.length === 1 && groups.some(isWord))
    throw new InputError(
      `--x ${view.x[0]} has values that are no numbers, over which there is no line; give --x again for a heat map of two keys`,
    );
  const draw = view.x.length === 1 ? linesOf : mapsOf;
  return new Map(
    view.y.map((quantity) => {
      const own = groups.filter((group) => group.quantity === quantity && Number.isFinite(group.value));
      if (own.length === 0) throw new InputError(`no finished run has a number '${quantity}'`);
      return [quantity, draw(results, own, view, options)];
    }),
  );
}
