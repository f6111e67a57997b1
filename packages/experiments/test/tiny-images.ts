import type { Overrides, RunRequest } from '@advml/runs';

/** The sizes of a network that has every kind of layer of its experiment and next to no neurons. */
export const tinySizes: Readonly<Record<string, Overrides>> = {
  'images-mlp': { hidden: [12, 8] },
  'images-cnn': { filters: [6, 5], sizes: [3, 2], hidden: [8] },
  'images-resnet': { filters: [2, 4] },
};

/** A run on the digits through every stage in about a second; too small to learn much. */
export const tinyImages = (experiment: string, ...more: readonly Overrides[]): RunRequest => ({
  preset: 'smoke',
  seeds: [4],
  overrides: [
    {
      network: tinySizes[experiment],
      data: { train: 96 },
      clean: { epochs: 2, batch: 32 },
      adversarial: { epochs: 1, batch: 32, attackSteps: 1 },
      evaluation: { examples: 53, steps: 2, queries: 3, targets: 2, probeExamples: 7, probeSteps: 2, batch: 20 },
      lowRank: { shares: [0.5, 0.1], truncations: [0.1, 0.5, 1], epochs: 0.7, examples: 8 },
      sparse: { images: 9, patches: 2, atoms: 2, most: 5, penalties: [0.3] },
      pictures: { neurons: 2, layers: 2, steps: 3, starts: 2, examples: 3 },
      path: { shares: [0.3], examples: 7 },
      frozen: { examples: 7 },
      certificates: { examples: 5, multiples: [0.2, 0.05] },
      checkpointEvery: 2,
    },
    ...more,
  ],
});
