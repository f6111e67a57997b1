import type { RunStore, Stage } from '@advml/runs';
import { keptMeasure } from '@advml/runs';
import { ofNetworks } from '../network-stage.ts';
import { type Control, mainRobust } from '../networks.ts';
import { controlStages } from '../training/stages.ts';
import { attackedPictures } from './attacked.ts';
import { soughtClasses } from './classes.ts';
import { filterPictures } from './filters.ts';
import type { PicturesMeasures } from './measures.ts';
import { neuronPictures } from './neurons.ts';
import type { PicturesSetting, PicturesWorld } from './setting.ts';

const nameOf = (picture: keyof PicturesMeasures): string => `pictures/${picture}`;

/** The controls on the panel: that of the run, and further ones. */
const panelOf = ({ pictures }: PicturesSetting): readonly Control[] =>
  Array.from({ length: pictures.controls }, (_, at) => (at === 0 ? 'control' : (`control-${at + 1}` as const)));

/**
 * The further controls, first-layer filters, images under attack, what neurons want to see, and what strangers see in that.
 *
 * @param world - Gives the run's images and network.
 * @param setting - A complete setting.
 * @returns The stages.
 */
export function picturesStages(world: () => Promise<PicturesWorld>, setting: PicturesSetting): readonly Stage[] {
  const main = mainRobust(setting);
  const panel = panelOf(setting);
  const judges = panel.map((control) => `${control}-robust` as const);
  return [
    ...panel.slice(1).flatMap((control) => controlStages(world, setting, control, setting.pictures.controlLength)),
    ofNetworks(nameOf('sought'), ['clean', main, ...judges], world, ({ world: here, params, loop }) =>
      soughtClasses(
        here,
        { clean: params.clean, [main]: params[main] },
        judges.map((judge) => params[judge]),
        loop,
      ),
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
