import { type ImageGrid, type ImagePanel, imageGrid } from '@advml/plots';
import type { Figure, SeedMeasures } from '@advml/runs';
import { keptMeasure } from '@advml/runs';
import { IMAGES, type ImagesFound } from '../images-stage.ts';
import { layerName } from '../layer-name.ts';
import { type NetworkName, symbolOf } from '../networks.ts';
import { subtitleOf } from '../subtitle.ts';
import type { AttackedPictures, FilterPictures, NeuronPictures, Picture, PicturesMeasures } from './measures.ts';
import type { PicturesSetting } from './setting.ts';

const symbol = (network: string): string => symbolOf(network as NetworkName);

const plain = (pictures: readonly Picture[]) => pictures.map((values) => ({ values }));

/** A channel for grey images, three for colours. */
const channelsOf = (channels: number) => (channels === 3 ? 3 : 1);

/** What pictures of images have in common. */
function gridOf([height, width, channels]: readonly number[]): Pick<ImageGrid, 'height' | 'width' | 'channels'> {
  return { height, width, channels: channelsOf(channels) };
}

function filtersFigure({ size, byChannel, networks }: FilterPictures, channels: number, subtitle: string): Figure {
  return {
    name: 'filters',
    draw: (options) =>
      imageGrid(
        {
          panels: networks.map(({ network, filters }) => ({
            label: symbol(network),
            images: plain(filters),
            colors: 'diverging',
          })),
          height: size[0],
          width: size[1],
          channels: channelsOf(channels),
          order: byChannel ? 'chw' : 'hwc',
          columns: 16,
          title: 'What the first layer looks for',
          subtitle,
          caption:
            "The same first-layer filters at initialization (w0), after clean training (w), and after adversarial training from there (w'); below, those of the control, trained in the same way from another initialization. Red below zero, blue above, each filter on its own scale.",
        },
        options,
      ),
  };
}

function attackedFigure(
  { attack, images, labels, networks }: AttackedPictures,
  found: ImagesFound,
  subtitle: string,
): Figure {
  const named = (pictures: readonly Picture[], classes: readonly number[]) =>
    pictures.map((values, at) => ({ values, label: found.names[classes[at]] }));
  return {
    name: 'attacked',
    draw: (options) =>
      imageGrid(
        {
          panels: [
            { label: 'test images and their classes', images: named(images, labels) },
            ...networks.flatMap(({ network, attacked, taken, perturbations, gradients }): ImagePanel[] => [
              { label: `attacked, and what ${symbol(network)} takes them for`, images: named(attacked, taken) },
              {
                label: `perturbations found against ${symbol(network)}`,
                images: plain(perturbations),
                colors: 'diverging',
              },
              {
                label: `gradient of the loss of ${symbol(network)} at the image`,
                images: plain(gradients),
                colors: 'diverging',
              },
            ]),
          ],
          ...gridOf(found.shape),
          title: 'Images under attack, before and after adversarial training',
          subtitle,
          caption: `Perturbations and gradients: red below zero, blue above, each on its own scale. Attack: ${attack}.`,
        },
        options,
      ),
  };
}

function neuronFigures({ starts, layers }: NeuronPictures, found: ImagesFound, subtitle: string): readonly Figure[] {
  return layers.map(({ layer, neurons, networks }, depth) => {
    const isOutput = depth === layers.length - 1; // a neuron a class
    const nameOf = (neuron: number) => (isOutput ? found.names[neuron] : `neuron ${neuron}`);
    const named = (pictures: readonly Picture[]) =>
      pictures.map((values, at) => ({ values, label: nameOf(neurons[at]) }));
    return {
      name: `neurons-${layer.replaceAll('.', '-')}`,
      draw: (options) =>
        imageGrid(
          {
            panels: [
              ...networks.map(({ network, fromNoise }) => ({
                label: `${symbol(network)}, from grey noise`,
                images: named(fromNoise),
              })),
              { label: 'test images to start from', images: plain(starts) },
              ...networks.map(({ network, fromImages }) => ({
                label: `${symbol(network)}, from these`,
                images: named(fromImages),
              })),
            ],
            ...gridOf(found.shape),
            title: isOutput
              ? 'What the output of each class wants to see'
              : `What neurons of ${layerName(layer)} want to see`,
            subtitle,
            caption: `Images moved uphill along ${isOutput ? 'the output of one class each, named below,' : 'the activation of one neuron each'} within the same l2 budget, before and after adversarial training.`,
          },
          options,
        ),
    };
  });
}

/**
 * First-layer filters, images under attack, and what neurons of each deep layer want to see.
 *
 * @param seeds - One finished seed.
 * @param setting - A complete setting.
 * @returns The figures.
 */
export async function picturesFigures(
  [{ seed, store, measures }]: readonly SeedMeasures<PicturesMeasures>[],
  setting: PicturesSetting,
): Promise<readonly Figure[]> {
  const found = await keptMeasure<ImagesFound>(store, IMAGES);
  const subtitle = subtitleOf(setting, seed);
  return [
    filtersFigure(measures.filters, found.shape[2], subtitle),
    attackedFigure(measures.attacked, found, subtitle),
    ...neuronFigures(measures.neurons, found, subtitle),
  ];
}
