import type { Overrides } from '@advml/runs';

/**
 * Named settings of the paper's pipeline, as changes to the defaults.
 *
 * `paper` is the default setting; `smoke` takes seconds: one sees training purify, but it is too small to meet the bars;
 * `large` is the same experiment in 2048 dimensions and takes about three times as long as the default;
 * `low-complexity` measures claim C10;
 * `scaling` counts what training costs against d;
 * `linf` measures claim C12;
 * `low-rank` measures claim C13;
 * `ablations` changes one thing at a time.
 */
export const paperPresets: Readonly<Record<string, Overrides>> = {
  paper: {},
  smoke: {
    tau: 0.22,
    data: { dimension: 192 },
    network: { neurons: 384 },
    clean: { steps: 100, batch: 256, rate: 5, warmup: 10, biasRatio: 0.16, biasFinal: 0.08 },
    adversarial: { steps: 200, batch: 128, rate: 3, warmup: 20 },
    evaluation: { examples: 60, steps: 10, restarts: 1, curveExamples: 30, curveSteps: 5 },
    overfitting: { examples: 30, steps: 5, fixedExamples: 500 },
    path: { examples: 30 },
    lowComplexity: {
      cleanSteps: 20,
      adversarialSteps: 20,
      batch: 32,
      rates: [1],
      multiples: [1, 2],
      examples: 30,
      steps: 5,
      curveExamples: 20,
      curveSteps: 3,
    },
    linf: { examples: 30, steps: 5, curveExamples: 15 },
    lowRank: { ranks: [1, 8], truncations: [1, 8, 64], steps: 40, examples: 30 },
    ablations: { steps: 40, examples: 30, fixedExamples: 500 },
    scaling: {
      dimensions: [48, 64, 96],
      repeats: 2,
      growingRepeats: 1,
      batchShare: 1,
      steps: 60,
      averaging: 10,
      examples: 100,
      confirmSteps: 20,
    },
    checkpointEvery: 10,
  },
  large: {
    tau: 0.102,
    data: { dimension: 2048 },
    network: { neurons: 2048 },
    clean: { rate: 33 },
    adversarial: { rate: 13, steps: 1000 },
  },
  'low-complexity': { claims: ['C10'] },
  scaling: { claims: ['C11'] },
  linf: { claims: ['C12'] },
  'low-rank': { claims: ['C13'] },
  ablations: { claims: ['ablations'] },
};
