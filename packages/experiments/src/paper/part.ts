import type { Part as AnyPart } from '@advml/runs';
import type { PaperSetting } from './setting.ts';
import type { PaperWorld } from './world.ts';

/** A part of the paper's experiment. */
export type Part<Measures = unknown> = AnyPart<PaperWorld, PaperSetting, Measures>;
