import type { Step } from './step.ts';

/**
 * The steps of a part of a network as steps of the whole.
 *
 * @param name - Name of the part, which goes before those of its steps; empty for none.
 * @param steps - The part's own, whose value 0 is the part's input.
 * @param at - Number of the value of the whole that goes into the part.
 * @param before - How many steps of the whole come before.
 * @returns Steps with the numbers that their values have in the whole.
 * @example
 * ```ts
 * const whole = [...first, ...followed('second', second, first.length, first.length)];
 * ```
 */
export function followed(name: string, steps: readonly Step[], at: number, before: number): readonly Step[] {
  const numberOf = (value: number) => (value === 0 ? at : before + value);
  return steps.map((step, index) => ({
    ...step,
    name: [name, step.name].filter(Boolean).join('.'),
    from: (step.from ?? [index]).map(numberOf),
  }));
}
