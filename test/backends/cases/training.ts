import { noise, pgd } from '@advml/attacks';
import { intervalOutputs } from '@advml/certify';
import { ball, crossEntropy, key, linf, type Network } from '@advml/core';
import { cnn, mlp, symmetricTwoLayer } from '@advml/networks';
import { adam, linear, momentum, sgd } from '@advml/optimizers';
import {
  adversarialObjective,
  awpObjective,
  certifiedObjective,
  cleanObjective,
  fit,
  freeObjective,
  martObjective,
  mixedObjective,
  type Objective,
  type OnStep,
  overfittingCheck,
  partlyAdversarialObjective,
  replayBatches,
  tradesObjective,
} from '@advml/training';
import { tanh } from '@tensorflow/tfjs-core';
import { type BackendCase, labels, numbers, pixels } from './case.ts';

const BATCH = 5;
const threat = ball(linf, 0.1, { low: 0, high: 1 });
const attack = pgd({ threat, steps: 2, loss: crossEntropy, earlyStop: false });
const smooth = mlp({ inputs: 5, hidden: [6], outputs: 3, activation: tanh });
const bent = mlp({ inputs: 5, hidden: [6], outputs: 3 });
const image = cnn({ inputs: [5, 5, 1], filters: [3], outputs: 3, norm: 'batch', activation: tanh });
const paper = symmetricTwoLayer({ inputs: 5, neurons: 7, initialDeviation: 0.4, initialThreshold: 0.1, noise: 0.1 });

/** Three steps: what they report, and the state after them. */
async function trained(
  objective: Objective,
  network: Network,
  optimizer = sgd({ rate: 0.2 }),
  replays = 1,
  look: OnStep = () => undefined,
) {
  const reports: unknown[] = [];
  const source = (step: number) => {
    const shape = [BATCH, ...network.inputShape];
    return {
      x: network.output === 'score' ? numbers(step, shape) : pixels(step, shape),
      y: labels(BATCH, network.output),
    };
  };
  const { params, ...rest } = await fit({
    network,
    params: network.init(key('backends', 'init')),
    objective,
    optimizer,
    batches: replays > 1 ? replayBatches(source, replays) : source,
    steps: 3,
    key: key('backends', 'run'),
    onStep: (report) => {
      reports.push({ loss: report.loss, accuracy: report.accuracy });
      return look(report);
    },
  });
  return { reports, params, rest };
}

const of = (name: string, ...training: Parameters<typeof trained>): BackendCase => ({
  name,
  run: () => trained(...training),
});

/** A few steps of every objective. */
export const trainingCases: readonly BackendCase[] = [
  of('clean, with momentum', cleanObjective(), smooth, momentum({ rate: 0.2 })),
  of('clean, of images with batch normalization', cleanObjective(), image, adam({ rate: 0.02 })),
  of("clean, of the paper's network with noise", cleanObjective(), paper),
  of('adversarial', adversarialObjective({ attack }), smooth, adam({ rate: 0.02 })),
  of('mixed', mixedObjective({ attack }), smooth),
  of('partly adversarial', partlyAdversarialObjective({ attack, share: 0.4 }), smooth),
  of('TRADES', tradesObjective({ attack: pgd({ threat, steps: 2, start: 'random', earlyStop: false }) }), smooth),
  of('MART', martObjective({ attack }), smooth),
  of('free', freeObjective({ threat }), smooth, sgd({ rate: 0.2 }), 2),
  of('with weights perturbed', awpObjective(adversarialObjective({ attack }), { gamma: 0.01 }), smooth),
  of(
    'certified',
    certifiedObjective({ worst: intervalOutputs({ threat }), eps: linear({ from: 0, to: 0.1, steps: 3 }) }),
    bent,
  ),
  {
    name: 'clean, looking for overfitting',
    run: async () => {
      const looks: unknown[] = [];
      const check = overfittingCheck({
        network: smooth,
        batches: () => ({ x: pixels(1, [BATCH, 5]), y: labels(BATCH, 'logits') }),
        weak: noise({ threat }),
        strong: attack,
        key: key('backends', 'check'),
        onLook: (look) => void looks.push(look),
        stop: false,
      });
      return { ...(await trained(cleanObjective(), smooth, sgd({ rate: 0.2 }), 1, check)), looks };
    },
  },
];
