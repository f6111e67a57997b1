import { accuracy } from './accuracy/part.ts';
import { certification } from './certification/part.ts';
import { frozen } from './frozen/part.ts';
import { layers } from './layers/part.ts';
import { lowRank } from './low-rank/part.ts';
import { path } from './path/part.ts';
import { pictures } from './pictures/part.ts';
import { sparse } from './sparse/part.ts';

/** The parts of an experiment on images, in the order of their settings and of the report. */
export const imagesParts = [accuracy, layers, lowRank, sparse, pictures, path, frozen, certification] as const;
