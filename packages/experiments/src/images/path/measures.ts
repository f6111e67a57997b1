import type { PurificationPath } from '../../shared/path/points.ts';
import type { Norm } from '../networks.ts';

/** The way from w to w' in each norm; runs of earlier versions have none. */
export type PathMeasures = readonly (PurificationPath & { readonly norm: Norm; readonly eps: number })[];
