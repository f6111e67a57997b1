import { InputError } from '@advml/core';

/**
 * An axis counted from the front.
 *
 * @param axis - As the file has it; negative ones count from the back.
 * @param rank - Number of axes.
 * @param label - The node, for messages.
 * @throws InputError if there is no such axis.
 */
export function axisOf(axis: number, rank: number, label: string): number {
  if (!(Number.isInteger(axis) && axis >= -rank && axis < rank))
    throw new InputError(`${label} must have an axis from ${-rank} to ${rank - 1}, got ${axis}`);
  return axis < 0 ? axis + rank : axis;
}

/**
 * Several axes, each once and in rising order.
 *
 * @throws InputError if there is no such axis, or one is given twice.
 */
export function axesOf(axes: readonly number[], rank: number, label: string): number[] {
  const found = axes.map((axis) => axisOf(axis, rank, label)).sort((a, b) => a - b);
  if (new Set(found).size < found.length)
    throw new InputError(`${label} must have each axis once, got ${axes.join(', ')}`);
  return found;
}

/** Number of entries of a shape. */
export const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
