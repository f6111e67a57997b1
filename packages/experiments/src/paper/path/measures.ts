import type { PurificationPath } from '../../shared/path/points.ts';

/** The way from w to w'; runs of earlier versions have no points. */
export type PathMeasures = PurificationPath;
