import { l0, l1, l2, linf, type Threat } from '@advml/core';
import type { NormName } from './request.ts';

/** The norms that `--norm` takes. */
export const NORMS = { l0, l1, l2, linf } as const satisfies Record<NormName, Threat['norm']>;

/** Names of the norms. */
export const normNames = Object.keys(NORMS) as readonly NormName[];
