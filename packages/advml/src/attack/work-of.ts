import type { Bench } from './bench.ts';
import type { AttackRequest } from './request.ts';

/** What only says where things lie: their contents have a digest each. */
const PLACES = new Set(['model', 'data', 'labels', 'folder', 'path']);

/**
 * Tells work on a model and examples from all other, so that parts of it are taken up again and no others.
 *
 * @param bench - Model and data with their digests.
 * @param request - How they are read, and which examples are taken.
 * @returns A text that is the same only for the same.
 */
export function workOf({ origin, data }: Pick<Bench, 'origin' | 'data'>, { source, indices }: AttackRequest): string {
  const how = JSON.stringify([source, indices], (name, value) => (PLACES.has(name) ? undefined : value));
  return `${origin.sha256} ${data.sha256} ${how}`;
}
