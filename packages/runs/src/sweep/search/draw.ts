import { type Key, key } from '@advml/core';
import { valuesOf } from '../grid-side.ts';
import { isRange, type SearchRange, type SearchRequest, type SearchSide } from './request.ts';
import { sobol } from './sobol.ts';

/** Parts that a range is told in: more digits of a drawn number would say nothing. */
const PARTS = 1e5;

/** A number on [0, 1) as a number of a range. */
function within({ low, high, scale = 'linear', integer = false }: SearchRange, share: number): number {
  const end = integer ? high + 1 : high;
  const number = scale === 'log' ? low * (end / low) ** share : low + (end - low) * share;
  const digits = Math.max(0, Math.ceil(Math.log10(PARTS / (high - low))));
  const told = integer
    ? Math.floor(number)
    : scale === 'log'
      ? number.toPrecision(6)
      : number.toFixed(Math.min(digits, 100));
  return Math.min(high, Math.max(low, Number(told)));
}

/** What stands at a share of the way along a side. */
function placed(side: SearchSide, share: number): unknown {
  if (isRange(side)) return within(side, share);
  const values = valuesOf(side);
  return values[Math.floor(share * values.length)];
}

/** Numbers on [0, 1) for a side, by the index of a place: they do not depend on how many places there are. */
function sharesOf(source: Key, method: SearchRequest['method'], dimension: number): (index: number) => number {
  if (method === 'random') return (index) => source.child(index).uniform(1)[0];
  const [shift] = source.child('shift').bits(1);
  return sobol(dimension, shift);
}

/**
 * The places that a search draws.
 *
 * @param search - What is drawn.
 * @returns A value for each side, in the order of the draws; none is there twice. They do not depend on the order of the sides.
 */
export function drawn({ method, runs, seed, over }: SearchRequest): readonly Readonly<Record<string, unknown>>[] {
  const names = Object.keys(over).sort();
  const sides = Object.entries(over).map(([name, side]) => ({
    name,
    side,
    share: sharesOf(key('search', seed).child(method, name), method, names.indexOf(name)),
  }));
  const places = new Map<string, Record<string, unknown>>();
  for (let index = 0; index < runs; index++) {
    const place = Object.fromEntries(sides.map(({ name, side, share }) => [name, placed(side, share(index))]));
    const text = JSON.stringify(place);
    if (!places.has(text)) places.set(text, place);
  }
  return [...places.values()];
}
