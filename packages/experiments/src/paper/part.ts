import type { Part as AnyPart } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';
import type { PaperWorld } from './world.ts';

/** A part of the paper's experiment, which knows the main settings and its own. */
export type PaperPart<Measures, Setting extends MainSetting = MainSetting> = AnyPart<
  PaperWorld<Setting>,
  Setting,
  Measures
>;
