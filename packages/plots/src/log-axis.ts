import { shortNumber } from './text.ts';

/** Share of the axis, in factors, that is left free on either side of the values. */
const PAD = 0.03;

/** Round numbers: with 1 alone, with 2 and 5 between, or all of one digit. */
const FACTORS = [[1], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]];

/**
 * Domain and ticks of a log axis: a little more than the values, and powers of ten in it, thinned out where there are many, with 2
 * and 5 or every digit between where there are few.
 *
 * @param values - Positive and not empty.
 */
export function logAxis(values: readonly number[]) {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const room = least < most ? most ** PAD / least ** PAD : 1.5;
  const domain = around(least, most, room);
  const candidates = FACTORS.map((factors) => roundNumbers(domain, factors));
  const ticks = candidates.find(({ length }) => length >= 3) ?? [least, most];
  const every = Math.ceil(ticks.length / 8);
  return logScale(
    domain,
    [...new Set(ticks)].filter((_, index) => index % every === 0),
  );
}

/**
 * A log axis with a tick at every value, where they are few.
 *
 * @param values - Positive and not empty.
 */
export function logAxisOfSizes(values: readonly number[]) {
  const ticks = [...new Set(values)].sort((a, b) => a - b);
  if (ticks.length > 8) return logAxis(ticks);
  return logScale(around(ticks[0], ticks[ticks.length - 1], 1.2), ticks, 15); // sizes are shown as they are
}

/** Ends with room beyond them, as far as there are numbers. */
const around = (least: number, most: number, room: number): readonly [number, number] => [
  Math.max(Number.MIN_VALUE, least / room),
  Math.min(Number.MAX_VALUE, most * room),
];

/** Ticks have as few digits as tell them apart, four at least. */
function logScale(domain: readonly [number, number], ticks: readonly number[], digits = 4) {
  const areTold = (some: number) => new Set(ticks.map((tick) => tickText(tick, some))).size === ticks.length;
  let enough = digits;
  while (enough < 15 && !areTold(enough)) enough++;
  return { type: 'log', domain, ticks, tickFormat: (tick: number) => tickText(tick, enough) } as const;
}

function roundNumbers([low, high]: readonly [number, number], factors: readonly number[]): number[] {
  const first = Math.floor(Math.log10(low));
  const decades = Math.ceil(Math.log10(high)) - first + 1;
  const all = Array.from({ length: decades }, (_, i) => factors.map((factor) => Number(`${factor}e${first + i}`)));
  return all.flat().filter((tick) => tick >= low && tick <= high);
}

/** A number as a tick shows it: `100,000`, and `2·10⁻⁷` where zeros would have to be counted. */
function tickText(tick: number, most: number): string {
  const short = Number(shortNumber(tick, most));
  if (short >= 1e-4 && short < 1e7) return short.toLocaleString('en', { maximumSignificantDigits: most });
  const [digits, exponent] = short.toExponential().split('e');
  const raised = [...String(Number(exponent))].map((sign) => '⁰¹²³⁴⁵⁶⁷⁸⁹⁻'['0123456789-'.indexOf(sign)]).join('');
  return digits === '1' ? `10${raised}` : `${digits}·10${raised}`;
}
