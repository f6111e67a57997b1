import { type Choice, fieldsOf, type SettingOfParts } from '@advml/runs';
import type { ZodRawShape, ZodType } from 'zod';
import { type KindDefaults, lastFields, type MainSetting, mainFields } from './main-setting.ts';
import { imagesParts } from './parts.ts';

/** The setting of one kind of network. */
export type SizedSetting<Sizes> = Choice &
  MainSetting &
  SettingOfParts<typeof imagesParts> & {
    /** Sizes of the network. */
    readonly network: Sizes;
  };

/** A complete, checked setting of an experiment on images; `advml run images-cnn --settings` prints every key with its meaning. */
export type ImagesSetting = SizedSetting<unknown>;

/**
 * Every setting but the choice of claims, in the order of run folders: their fingerprints depend on it.
 *
 * @param sizes - The sizes of the kind of network.
 * @param defaults - How long it is trained, and on how much judged.
 * @returns The fields.
 */
export function imagesFields(sizes: ZodType, defaults: KindDefaults): ZodRawShape {
  return { ...mainFields(defaults), ...fieldsOf(imagesParts), ...lastFields, network: sizes };
}
