import { type Choice, fieldsOf, type SettingOfParts } from '@advml/runs';
import { lastFields, type MainSetting, mainFields } from './main-setting.ts';
import { patchesParts } from './parts.ts';

/** A complete, checked setting of the experiment on patches; `advml run patches --settings` prints every key with its meaning. */
export type PatchesSetting = Choice & MainSetting & SettingOfParts<typeof patchesParts>;

/** Every setting but the choice of claims, in the order of run folders: their fingerprints depend on it. */
export const patchesFields = { ...mainFields, ...fieldsOf(patchesParts), ...lastFields };
