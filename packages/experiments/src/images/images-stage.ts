import { InputError } from '@advml/core';
import type { RunStore, Stage } from '@advml/runs';
import { keptMeasure, measureStage } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';
import type { ImagesWorld } from './world.ts';

/** What a run keeps of its images. */
export interface ImagesFound {
  /** Number of images to train on. */
  readonly train: number;
  /** Number of images to judge by. */
  readonly test: number;
  /** Shape of one, [height, width, channels]. */
  readonly shape: readonly number[];
  /** What the classes show. */
  readonly names: readonly string[];
  /** Checksum of some images of each part. */
  readonly fingerprint: string;
}

/** The stage that reads the images, before anything is trained. */
export const IMAGES = 'images';

/**
 * Reads the images once and keeps what they are.
 *
 * @param world - Gives the run's images.
 * @returns The stage.
 */
export function imagesStage(world: () => Promise<ImagesWorld>): Stage {
  return measureStage(IMAGES, [], async (): Promise<ImagesFound> => {
    const { train, test, shape, names, fingerprint } = await world();
    return { train: train.count, test: test.count, shape, names, fingerprint };
  });
}

/**
 * The run's images and network, if the images are still those that it started with.
 *
 * @param world - Gives them.
 * @param store - The run's files.
 * @returns The world.
 * @throws InputError if the images are others, or cannot be read.
 */
export async function sameWorld<Setting extends MainSetting>(
  world: () => Promise<ImagesWorld<Setting>>,
  store: RunStore,
): Promise<ImagesWorld<Setting>> {
  const [here, found] = [await world(), await keptMeasure<ImagesFound>(store, IMAGES)];
  const { set, folder } = here.setting.data;
  if (here.fingerprint === found.fingerprint) return here;
  throw new InputError(
    `the images of ${folder ?? set} are not those that the run in ${store.location} started with; give it those again, or start another run`,
  );
}
