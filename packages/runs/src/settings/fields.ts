import { type ZodType, z } from 'zod';

/** Numbers whose products and squares float32 can hold. */
const [SMALLEST, LARGEST] = [1e-12, 1e12];

/** More steps or examples than this than any machine will come to. */
const MOST = 1_000_000;

/** Values that a list may have: each is a training or an attack of its own. */
const LONGEST = 100;

/** A whole number from `least` to the most that a machine may come to. */
export const count = (least: number, most = MOST) => z.int().min(least).max(most);

/** A number above 0 that float32 can square. */
export const positive = z.number().min(SMALLEST).max(LARGEST);

/** A number that is 0, or above 0 and such that float32 can square it. */
export const nonNegative = z
  .number()
  .min(0)
  .max(LARGEST)
  .refine((value) => value === 0 || value >= SMALLEST, {
    error: `Too small: expected 0 or number to be >=${SMALLEST}`,
  });

/** A number from 0 to 1. */
export const fraction = z
  .number()
  .min(0)
  .max(1)
  .refine((value) => value === 0 || value >= SMALLEST, {
    error: `Too small: expected 0 or number to be >=${SMALLEST}`,
  });

/** A list of such values. */
export const list = <T>(item: ZodType<T>, least = 0) => z.array(item).min(least).max(LONGEST);
