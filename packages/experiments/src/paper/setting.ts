import { type Choice, fieldsOf, type SettingOfParts } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';
import { lastFields, mainFields } from './main-setting.ts';
import { paperParts } from './parts.ts';

/** A complete, checked setting of the paper's pipeline; `advml run paper --settings` prints every key with its meaning. */
export type PaperSetting = Choice & MainSetting & SettingOfParts<typeof paperParts>;

/** Every setting but the choice of claims, in the order of run folders: their fingerprints depend on it. */
export const paperFields = { ...mainFields, ...fieldsOf(paperParts), ...lastFields };
