import { ablations } from './ablations/part.ts';
import { certification } from './certification/part.ts';
import { frozen } from './frozen/part.ts';
import { linf } from './linf/part.ts';
import { lowComplexity } from './low-complexity/part.ts';
import { lowRank } from './low-rank/part.ts';
import { overfitting } from './overfitting/part.ts';
import { path } from './path/part.ts';
import { purification } from './purification/part.ts';
import { scaling } from './scaling/part.ts';

/** The parts that are measured where nobody chooses: claims C1 to C9 and C17 to C20, and the path of purification. */
export const chosenParts = [purification, overfitting, certification, path] as const;

/** The parts of the experiment, in the order of their settings and of the report. */
export const paperParts = [...chosenParts, scaling, lowComplexity, linf, lowRank, ablations, frozen] as const;
