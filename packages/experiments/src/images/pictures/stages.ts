import type { RunStore, Stage } from '@advml/runs';
import { keptMeasure } from '@advml/runs';
import { ofNetworks } from '../network-stage.ts';
import { mainRobust } from '../networks.ts';
import { attackedPictures } from './attacked.ts';
import { soughtClasses } from './classes.ts';
import { filterPictures } from './filters.ts';
import type { PicturesMeasures } from './measures.ts';
import { neuronPictures } from './neurons.ts';
import type { PicturesSetting, PicturesWorld } from './setting.ts';

const nameOf = (picture: keyof PicturesMeasures): string => `pictures/${picture}`;

/**
 * First-layer filters, images under attack, what neurons want to see, and what a stranger sees in that.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function picturesStages(world: () => Promise<PicturesWorld>, setting: PicturesSetting): readonly Stage[] {
  const main = mainRobust(setting);
  return [
    ofNetworks(nameOf('sought'), ['clean', main, 'control-robust'], world, ({ world: here, params, loop }) =>
      soughtClasses(here, { clean: params.clean, [main]: params[main] }, params['control-robust'], loop),
    ),
    ofNetworks(nameOf('neurons'), ['clean', main], world, ({ world: here, params, loop, own }) =>
      neuronPictures(here, params, own, loop),
    ),
    ofNetworks(nameOf('attacked'), ['clean', main], world, ({ world: here, params, own }) =>
      attackedPictures(here, params, own),
    ),
    ofNetworks(nameOf('filters'), ['init', 'clean', main, 'control-robust'], world, ({ world: here, params }) =>
      filterPictures(here, params),
    ),
  ];
}

/**
 * What the stages of this part have measured.
 *
 * @param store - The run's files.
 * @returns The measures.
 * @throws InputError if one was not made yet or its file is damaged.
 */
export async function picturesMeasures(store: RunStore): Promise<PicturesMeasures> {
  const kept = <Name extends keyof PicturesMeasures>(name: Name) =>
    keptMeasure<PicturesMeasures[Name]>(store, nameOf(name));
  return {
    filters: await kept('filters'),
    attacked: await kept('attacked'),
    neurons: await kept('neurons'),
    sought: await kept('sought'),
  };
}
