import { chosenParts, type Experiment, experimentOfParts, type Overrides } from '@advml/runs';
import type { ZodType } from 'zod';
import { circumstances } from './circumstances.ts';
import { type KindDefaults, mainFaults } from './main-setting.ts';
import type { ImagesPart } from './part.ts';
import { imagesParts } from './parts.ts';
import { imagesFields, type SizedSetting } from './setting.ts';
import { imagesSubject } from './subject.ts';
import { trainingStages } from './training/stages.ts';
import { type ImagesWorld, imagesWorld, type MakeNetwork, requireClasses, requireTestImages } from './world.ts';

/** What tells one experiment on images from another. */
export interface ImagesOptions<Sizes> {
  /** How the command calls it. */
  readonly name: string;
  /** What is trained, such as `a multi-layer perceptron`. */
  readonly about: string;
  /** The sizes of the network, with their defaults. */
  readonly sizes: ZodType<Sizes>;
  /** Makes the network. */
  readonly makeNetwork: MakeNetwork<Sizes>;
  /** How it is trained, and on how much it is judged. */
  readonly defaults: KindDefaults;
  /** Settings by name, beside `default` and `smoke`. Default: none. */
  readonly presets?: Readonly<Record<string, Overrides>>;
}

/** Seconds instead of minutes: the built-in digits, and little of everything. */
const smoke: Overrides = {
  data: { set: 'digits' },
  threats: [
    { norm: 'linf', eps: 0.15 },
    { norm: 'l2', eps: 0.6 },
  ],
  initialScale: 0.1,
  clean: { epochs: 6, batch: 64 },
  adversarial: { epochs: 6, batch: 64, rate: 5e-3 },
  evaluation: { examples: 40, steps: 10, queries: 50, targets: 2, probeExamples: 40, probeSteps: 5 },
  lowRank: { shares: [0.1, 0.25], truncations: [0.1, 0.25], epochs: 2, examples: 40 },
  sparse: { images: 40, most: 8, penalties: [0.2] },
  pictures: { neurons: 3, layers: 2, steps: 10, starts: 4, examples: 4, budget: 2 },
  path: { examples: 40 },
  frozen: { examples: 40 },
  certificates: { examples: 12 },
  checkpointEvery: 10,
};

/**
 * Purification on real images: clean training of a network with several layers, adversarial training from there, and claims C1 to C5
 * and C13 to C16 in every layer, beside a control.
 *
 * @param options - See {@link ImagesOptions}.
 * @returns The experiment.
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190).
 */
export function imagesExperiment<Sizes>({
  name,
  about,
  sizes,
  makeNetwork,
  defaults,
  presets,
}: ImagesOptions<Sizes>): Experiment<SizedSetting<Sizes>> {
  const world = (setting: SizedSetting<Sizes>, seed: number) => imagesWorld(setting, seed, makeNetwork);
  return experimentOfParts<Promise<ImagesWorld<SizedSetting<Sizes>>>, SizedSetting<Sizes>>({
    name,
    title: `Feature purification on images: ${about}`,
    introduction: [
      `Here ${about} learns to tell pictures of several kinds apart, in the usual way at first, and then from pictures that an attacker has changed a little, starting from the very weights that the usual training found. The theory of feature purification says of networks with several layers, too, that the second training does not learn new features but cleans those that were there: a neuron w becomes w' with w = beta w' + v, and beta w' is larger than v.`,
      "Whether that is so, this report measures layer by layer. A control says what it means: another network, trained in the same way from another initialization. What w has in common with the control's neurons, any two such networks have; what it has in common with its own w' beyond that, adversarial training has kept.",
      "w0 are the weights at initialization, w those after clean training and w' those after adversarial training from w, in the norm that stands beside it; eps is the radius of the attack, in pixel values from 0 to 1. After Allen-Zhu and Li, Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190). Results are reported as they come out: the bars were made for the default setting, and a claim that misses one does not hold.",
    ],
    settings: imagesFields(sizes, defaults),
    faults: mainFaults,
    presets: { default: {}, smoke, ...presets },
    caveats: {
      smoke: 'The preset smoke is too small for verdicts: it shows that all works, and what holds or not says nothing.',
    },
    withoutEffect: ['evaluation.batch', 'checkpointEvery'],
    parts: imagesParts,
    world,
    check: async (setting, seed) => {
      const here = await world(setting, seed);
      requireClasses(here);
      for (const part of chosenParts(imagesParts as readonly ImagesPart<unknown, SizedSetting<Sizes>>[], setting)) {
        requireTestImages(here, part.testImages?.(setting) ?? {});
        part.check?.(here);
      }
    },
    training: trainingStages,
    circumstances,
    subject: (setting, seed, of, store) => imagesSubject(setting, () => world(setting, seed), of, store),
  });
}
