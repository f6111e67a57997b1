import type { LoopOptions } from '@advml/core';
import type { OptionNames } from '@advml/core/internal';

/** Names of `LoopOptions`. */
export const LOOP: OptionNames<LoopOptions> = { onProgress: true, signal: true };
