import { InputError } from '@advml/core';
import { described } from '@advml/core/internal';

/** Letters of JSON that one measurement may take: what is larger belongs into weights. */
const MOST = 2 ** 25;

/** How deep it may be nested: far from what recursion can follow. */
const DEEPEST = 1000;

/**
 * Refuses what JSON would not give back as it was: NaN, which it makes null, typed arrays, tensors, functions, and so on.
 *
 * @param what - Whose value it is, for the message.
 * @param value - Anything.
 * @throws InputError that names the place.
 */
export function requirePlainJson(what: string, value: unknown): void {
  requireAt(what, value, '', new Set());
  const length = JSON.stringify(value).length;
  if (length > MOST)
    throw new InputError(
      `${what} returned ${length} letters of JSON, and ${MOST} are allowed; return arrays as weights`,
    );
}

function requireAt(what: string, value: unknown, path: string, around: ReadonlySet<unknown>): void {
  if (value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value)) return;
  const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  const isPlain = Array.isArray(value) ? isWhole(value) : prototype === Object.prototype || prototype === null;
  if (!isPlain || around.has(value)) {
    const found = typeof value === 'number' || value === undefined ? String(value) : kindOf(value);
    throw new InputError(
      `${what} must return plain JSON (numbers that are finite, texts, lists and records), got ${around.has(value) ? 'a circle' : found}${path && ` at ${path}`}`,
    );
  }
  if (around.size === DEEPEST)
    throw new InputError(`${what} may nest what it returns ${DEEPEST} deep at most; flatten it`);
  const within = new Set([...around, value]);
  for (const [name, inner] of Object.entries(value as object))
    if (inner !== undefined || Array.isArray(value))
      requireAt(what, inner, Array.isArray(value) ? `${path}[${name}]` : path ? `${path}.${name}` : name, within);
}

/** Whether a list has all its places and nothing beside them. */
function isWhole(list: readonly unknown[]): boolean {
  const keys = Object.keys(list);
  return keys.length === list.length && keys.every((key, at) => key === String(at));
}

/** What a value is that cannot be kept; of what is easily forgotten, which word too few or too many made it. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list with gaps or names';
  if (value instanceof Promise) return 'a promise, which was not awaited';
  const isGenerator = typeof value === 'object' && value !== null && 'next' in value && 'throw' in value;
  return isGenerator ? 'a generator; leave out the * of its function' : described(value);
}
