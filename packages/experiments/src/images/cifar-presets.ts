import type { Overrides } from '@advml/runs';

/** Images, augmentation and threats that are usual for CIFAR-10. */
const common = {
  data: { set: 'cifar-10', shift: 4, flip: true },
  threats: [
    { norm: 'linf', eps: 8 / 255 },
    { norm: 'l2', eps: 0.5 },
  ],
};

/** How long a preset trains. */
interface Lengths {
  /** Sizes of the network. */
  readonly network: Overrides;
  /** Passes of clean training. */
  readonly cleanEpochs: number;
  /** Passes of adversarial training. */
  readonly adversarialEpochs: number;
}

/**
 * A preset for CIFAR-10 on two processor cores.
 *
 * @param lengths - Network and passes.
 * @returns Changes to the defaults.
 */
export const cifarPreset = ({ network, cleanEpochs, adversarialEpochs }: Lengths): Overrides => ({
  ...common,
  network,
  initialScale: 0.1,
  clean: { epochs: cleanEpochs },
  adversarial: { epochs: adversarialEpochs },
  lowRank: { epochs: 1 },
});

/**
 * A preset for CIFAR-10 with a network of the proportions of the paper, trained as Madry et al. do (PGD of 7 steps of 2/255), for
 * machines with many cores.
 *
 * @param lengths - Network and passes.
 * @returns Changes to the defaults.
 */
export const largePreset = ({ network, cleanEpochs, adversarialEpochs }: Lengths): Overrides => ({
  ...common,
  network,
  initialScale: 1,
  clean: { epochs: cleanEpochs, rate: 1e-3 },
  adversarial: { epochs: adversarialEpochs, rate: 1e-3, attackSteps: 7, stepSize: 0.25 },
  evaluation: { examples: 1000, probeExamples: 500 },
});
