import { accuracy } from './accuracy/part.ts';
import { clusters } from './clusters/part.ts';
import { filters } from './filters/part.ts';

/** The parts of the experiment, in the order of their settings and of the report. */
export const patchesParts = [accuracy, filters, clusters] as const;
