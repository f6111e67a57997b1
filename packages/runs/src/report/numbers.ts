import type { Claim } from '../claim.ts';

/** A number with the digits that matter, such as `0.994`, `314` or `0.00012`. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3)));
}

/** A claim's number with its interval, such as `0.994 [0.987, 0.998]`. */
export function numberOf({ value, interval }: Claim): string {
  return interval ? `${shortNumber(value)} [${interval.map(shortNumber).join(', ')}]` : shortNumber(value);
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
