import { sha256 } from './arrays.ts';
import type { Bench } from './bench.ts';
import type { AttackRequest } from './request.ts';

/** What only says where things lie: their contents have a digest each. */
const PLACES = new Set(['model', 'data', 'labels', 'folder', 'path']);

/**
 * Tells work on a model and examples from all other, so that parts of it are taken up again and no others.
 *
 * @param bench - Model and data with their digests, and which examples are taken where those are not the first ones.
 * @param request - How they are read.
 * @returns A text that is the same only for the same.
 */
export function workOf(
  { origin, data, indices }: Pick<Bench, 'origin' | 'data' | 'indices'>,
  { source }: AttackRequest,
): string {
  const chosen = indices && sha256(new Uint8Array(Float64Array.from(indices).buffer));
  const how = JSON.stringify([source, chosen], (name, value) => (PLACES.has(name) ? undefined : value));
  return `${origin.sha256} ${data.sha256} ${how}`;
}
