import type { Part } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';
import type { PatchesWorld } from './world.ts';

/** A part of the experiment, which knows the main settings and its own. */
export type PatchesPart<Measures, Setting extends MainSetting = MainSetting> = Part<
  PatchesWorld<Setting>,
  Setting,
  Measures
>;
