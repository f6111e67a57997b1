import type * as Plot from '@observablehq/plot';
import { textWidth } from './text.ts';

/**
 * Draws words that have their middle above a place of the horizontal axis, moved to the side where the edge of the panel would cut them.
 *
 * @param label - The words, in one line of 11 pixels.
 */
export function keepInside(label: string): Plot.RenderFunction {
  const half = textWidth(label, 11) / 2;
  return (index, scales, values, dimensions, context, next) => {
    const x = Array.from(values.x ?? [], (at) => Math.max(half, Math.min(dimensions.width - half, at)));
    return next?.(index, scales, Object.assign({}, values, { x }), dimensions, context) ?? null;
  };
}
