import { z } from 'zod';

/** A whole number, at least so many. */
export const count = (least: number) => z.int().min(least);

/** A finite number above 0. */
export const positive = z.number().positive().finite();

/** A finite number, at least 0. */
export const nonNegative = z.number().min(0).finite();

/** A number from 0 to 1. */
export const share = z.number().min(0).max(1);
