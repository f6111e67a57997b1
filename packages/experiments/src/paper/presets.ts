import type { Overrides } from '../run/settings.ts';

/**
 * Named settings of the paper's pipeline, as changes to the defaults.
 *
 * `paper` is the default setting; `smoke` takes seconds and is too small for the claims to hold; `large` has more room
 * under every bar and takes about twice the time.
 */
export const paperPresets: Readonly<Record<string, Overrides>> = {
  paper: {},
  smoke: {
    data: { dimension: 64 },
    network: { neurons: 64 },
    clean: { steps: 60, batch: 128, rate: 2, warmup: 10 },
    adversarial: { steps: 40, batch: 64, rate: 0.8, warmup: 8 },
    evaluation: { examples: 60, steps: 10, restarts: 1, curveExamples: 30, curveSteps: 5 },
    overfitting: { examples: 30, steps: 5, fixedExamples: 500 },
    checkpointEvery: 7,
  },
  large: {
    data: { dimension: 2048 },
    network: { neurons: 2048 },
    clean: { rate: 33 },
    adversarial: { rate: 24, steps: 700 },
  },
};
