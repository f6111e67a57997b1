import { InputError } from '@advml/core';
import type { LabelledImages } from './image-sets.ts';
import type { MainSetting } from './main-setting.ts';

/**
 * In a page there are no folders.
 *
 * @param data - Which set.
 * @throws InputError that names the set which needs none.
 */
export async function imagesOnDisk({ set }: MainSetting['data']): Promise<LabelledImages> {
  throw new InputError(
    `a page cannot read the files of '${set}'; set data.set to digits or colour, which are built in`,
  );
}
