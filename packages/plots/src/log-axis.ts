import { shortNumber } from './text.ts';

/**
 * Domain and ticks of a log axis: powers of ten, thinned out where there are many, with 2 and 5 between where there are few.
 *
 * @param values - Positive and not empty.
 */
export function logAxis(values: readonly number[]) {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const first = Math.floor(Math.log10(least)) - 1;
  const decades = Math.ceil(Math.log10(most)) + 1 - first;
  const factors = decades <= 5 ? [1, 2, 5] : [1];
  const round = Array.from({ length: decades + 1 }, (_, i) =>
    factors.map((factor) => Number(`${factor}e${first + i}`)),
  ).flat();

  const from = round.findLastIndex((tick) => tick <= least);
  const to = Math.max(
    from + 1,
    round.findIndex((tick) => tick >= most),
  );
  const every = Math.ceil((to - from + 1) / 8);
  const ticks = round.slice(from, to + 1).filter((_, index) => index % every === 0);
  return {
    type: 'log',
    domain: [round[from], round[to]],
    ticks,
    tickFormat: (tick: number) => shortNumber(tick),
  } as const;
}
