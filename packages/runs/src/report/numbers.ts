import { comparisonIn } from '../bar.ts';
import type { Claim } from '../claim.ts';

/** A number with as few digits as keep it on its side of a bar, and of 1 unless six do not. */
function shown(value: number, bar = Infinity): string {
  if (!Number.isFinite(value) || Number.isSafeInteger(value)) return String(value);
  const rounded = (digits: number) => Number(value.toPrecision(digits));
  const crosses = (digits: number, at: number) => Math.sign(rounded(digits) - at) !== Math.sign(value - at);
  let digits = Math.abs(value) >= 100 ? 4 : 3;
  while ((digits < 6 && crosses(digits, 1)) || (digits < 15 && crosses(digits, bar))) digits++;
  return String(rounded(digits));
}

/** A number with the digits that matter, such as `0.994`, `0.9996`, `314.2` or `0.00012`; one without a fraction has all its digits. */
export function shortNumber(value: number): string {
  return shown(value);
}

/** A claim's number with its interval, such as `0.994 [0.987, 0.998]`; none is rounded to or across the bar. */
export function numberOf({ value, interval, bar }: Claim): string {
  const [short, ...ends] = [value, ...(interval ?? [])].map((number) => shown(number, comparisonIn(bar)?.at));
  return short + (interval ? ` [${ends.join(', ')}]` : '');
}

/** Levels of nested details that are told. */
const DEEPEST = 8;

/** Details of a claim in one line, nested records flattened: `tau 0.115, detail.part 3`. */
export function detailLine(detail: Claim['detail']): string {
  const flat = (value: unknown, path: string, depth = 0): string[] => {
    if (typeof value === 'number') return [`${path} ${shortNumber(value)}`];
    if (typeof value !== 'object' || value === null) return [`${path} ${value}`];
    if (depth === DEEPEST) return [`${path} …`];
    return Object.entries(value).flatMap(([name, inner]) => flat(inner, path ? `${path}.${name}` : name, depth + 1));
  };
  return flat(detail, '').join(', ');
}
