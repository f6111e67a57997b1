import { noise, pgd, square } from '@advml/attacks';
import { intervalBound } from '@advml/certify';
import { type Battery, ball, key, l2, linf } from '@advml/core';
import {
  cleanAccuracy,
  evaluate,
  margins,
  robustAccuracy,
  robustnessCurve,
  secondOpinion,
  transferMatrix,
} from '@advml/metrics';
import { mlp } from '@advml/networks';
import { type BackendCase, fresh, labels, pixels } from './case.ts';

const network = mlp({ inputs: 5, hidden: [7], outputs: 3 });
const batch = () => ({ x: pixels(8, [6, 5]), y: labels(6, 'logits') });
const threat = ball(linf, 0.05, { low: 0, high: 1 });
const attack = pgd({ threat, steps: 3 });
const options = { key: key('backends', 'metrics'), batchSize: 4 };
const members: Battery = [
  { kind: 'white-box', attack: (within) => pgd({ threat: within, steps: 3 }) },
  { kind: 'black-box', attack: (within) => square({ threat: within, queries: 6 }) },
  { kind: 'noise', attack: (within) => noise({ threat: within, draws: 2 }) },
];

/** Evaluations of a model. */
export const metricsCases: readonly BackendCase[] = [
  { name: 'cleanAccuracy', run: () => cleanAccuracy(fresh(network, 4), batch()) },
  { name: 'margins', run: () => margins(fresh(network, 4), batch()) },
  { name: 'robustAccuracy', run: () => robustAccuracy(fresh(network, 4), batch(), attack, options) },
  {
    name: 'robustnessCurve',
    run: () =>
      robustnessCurve(fresh(network, 4), batch(), {
        ...options,
        norm: l2,
        eps: [0, 0.1, 0.2],
        attack: (within) => pgd({ threat: within, steps: 3 }),
      }),
  },
  {
    name: 'evaluate, with a certifier and a second opinion',
    run: async () => {
      const found = await evaluate(fresh(network, 4), batch(), threat, members, {
        ...options,
        certifiers: [(within) => intervalBound({ threat: within })],
      });
      return { ...found, opinion: secondOpinion(found) };
    },
  },
  {
    name: 'transferMatrix',
    run: () => {
      const models = { one: fresh(network, 4), other: fresh(network, 5) };
      return transferMatrix(models, batch(), pgd({ threat, steps: 3, earlyStop: false }), options);
    },
  },
];
