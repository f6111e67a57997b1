import {
  certifiedRadius,
  certifySmoothed,
  crown,
  crownIntervalOutputs,
  exactBound,
  intervalBound,
  intervalOutputs,
  jointBound,
  lipschitzBound,
  smoothedPredict,
  spectralNorm,
} from '@advml/certify';
import { ball, type Certifier, key, l1, l2, linf, type Network } from '@advml/core';
import { cnn, mlp, symmetricTwoLayer } from '@advml/networks';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type BackendCase, fresh, labels, numbers, pixels } from './case.ts';

const BATCH = 3;
const small = mlp({ inputs: 5, hidden: [6], outputs: 3 });
const image = cnn({ inputs: [5, 5, 1], filters: [3], outputs: 3, norm: 'batch', pooling: 'average' });
const paper = symmetricTwoLayer({ inputs: 5, neurons: 7, initialDeviation: 0.4, initialThreshold: 0.1 });

const examples = ({ inputShape, output }: Network) => ({
  x: output === 'score' ? numbers(3, [BATCH, ...inputShape]) : pixels(3, [BATCH, ...inputShape]),
  y: labels(BATCH, output),
});

const of = (name: string, certify: Certifier, network: Network): BackendCase => ({
  name,
  run: () => {
    const { x, y } = examples(network);
    return certify(fresh(network, 2), x, y);
  },
});

const box = { low: 0, high: 1 };
const [near, far] = [ball(linf, 0.03, box), ball(l2, 0.2)];
const smoothing = { sigma: 0.2, key: key('backends', 'smoothing'), samples: 40, batchSize: 20 };

/** Every certifier, and randomized smoothing. */
export const certifyCases: readonly BackendCase[] = [
  of('intervalBound', intervalBound({ threat: near }), small),
  of('intervalBound of images', intervalBound({ threat: near }), image),
  of('crown', crown({ threat: far }), small),
  of('crown with steps', crown({ threat: near, steps: 3 }), small),
  of('crown in l1 of images', crown({ threat: ball(l1, 0.2, box) }), image),
  of('lipschitzBound', lipschitzBound({ threat: far }), small),
  of('exactBound', exactBound({ threat: far }), small),
  of('jointBound', jointBound({ threat: far, steps: 10, parts: 4 }), paper),
  {
    name: 'certifiedRadius',
    run: () => {
      const { x, y } = examples(small);
      const certifier: (threat: typeof far) => Certifier = (threat) => intervalBound({ threat });
      return certifiedRadius(fresh(small, 2), x, y, { threat: ball(linf, 0.2), certifier, rounds: 4 });
    },
  },
  {
    name: 'certifySmoothed',
    run: () => certifySmoothed(fresh(small, 2), examples(small).x, { ...smoothing, selection: 10 }),
  },
  { name: 'smoothedPredict', run: () => smoothedPredict(fresh(small, 2), examples(small).x, smoothing) },
  { name: 'spectralNorm', run: () => spectralNorm(numbers(4, [5, 4]) as Tensor2D) },
  ...Object.entries({ intervals: intervalOutputs, 'CROWN-IBP': crownIntervalOutputs }).map(([name, outputs]) => ({
    name: `worst outputs of ${name}`,
    run: () => {
      const params = small.init(key('backends', 2));
      return outputs({ threat: near })({ network: small, params, ...examples(small), eps: 0.02, step: 0 });
    },
  })),
];
