// The digits of the second tab, and what an attacker may do to them.
import type { Field } from '../train/setting.ts';

/** The networks that are compared: trained on digits as they are, and on attacked ones. */
export const ways = ['clean', 'robust'] as const;
export type Way = (typeof ways)[number];

/** Shape of a digit. */
export const SHAPE = [8, 8, 1] as const;

/** The largest change of a pixel, of which 0 is black and 1 white. */
export const LARGEST = 0.32;

/** Which of the digits that no network has learned from. */
export const digitField: Field = { label: 'digit', value: 0, min: 0, max: 299, step: 1 };

/** What a drawn digit is meant to be. */
export const labelField: Field = { label: 'it is a', value: 0, min: 0, max: 9, step: 1 };

/** The largest change of a pixel that the attacker may make. */
export const changeField: Field = { label: 'ε', value: 0.14, min: 0, max: LARGEST, step: 0.02 };
