import {
  type Attack,
  type AttackOptions,
  type Batch,
  exampleKeys,
  inputGradient,
  type Key,
  logistic,
  type Network,
  perturb,
  randomDelta,
  type Threat,
} from '@advml/core';
import {
  add,
  matMul,
  mul,
  relu,
  scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';

/** The score `<w, x> + b`, started at zero. */
export function linearNetwork(inputs: number): Network {
  return {
    name: `linear ${inputs}`,
    inputShape: [inputs],
    output: 'score',
    init: () => ({ weight: zeros([inputs]), bias: scalar(0) }),
    apply: ({ weight, bias }, x) => tidy(() => add(sum(mul(x, weight), 1), bias)),
  };
}

/**
 * A two-layer ReLU network with three logits; in training its hidden layer is noisy. The parameter `unused` has no part in it.
 */
export function noisyNetwork(inputs: number, hidden = 5): Network {
  const shapes = { 'first.weight': [inputs, hidden], 'first.bias': [hidden], 'last.weight': [hidden, 3], unused: [2] };
  return {
    name: `noisy ${inputs}-${hidden}-3`,
    inputShape: [inputs],
    output: 'logits',
    init: (source) =>
      Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => {
          const size = shape.reduce((product, length) => product * length, 1);
          return [name, tensor(source.child(name).normal(size, 0.5), shape)];
        }),
      ),
    apply: (params, x, mode) =>
      tidy(() => {
        const before = add(matMul(x as Tensor2D, params['first.weight'] as Tensor2D), params['first.bias']);
        const noise = mode?.training ? tensor(mode.key!.normal(before.size, 0.1), before.shape) : 0;
        return matMul(relu(add(before, noise)) as Tensor2D, params['last.weight'] as Tensor2D);
      }),
  };
}

function ungraded(label: string, threat: Threat, find: Attack['perturb']): Attack {
  const graded = () => {
    throw new Error('training must not grade its attack');
  };
  return Object.assign(graded, { label, threat, perturb: find });
}

/** One step of the norm's steepest ascent: the worst case of a linear score. */
export function steepest(threat: Threat): Attack {
  return ungraded('steepest', threat, (model, x, y) => {
    const seen = inputGradient(model, x, y, logistic);
    const worst = tidy(() => perturb(threat, x, mul(threat.norm.steepest(seen.gradient), threat.eps)));
    for (const used of [seen.gradient, seen.output, seen.loss]) used.dispose();
    return worst;
  });
}

/** A random point of the threat. */
export function noise(threat: Threat): Attack {
  return ungraded('noise', threat, (_model, x, _y, { key: source }: AttackOptions) =>
    tidy(() => perturb(threat, x, randomDelta(threat, x, exampleKeys(source, x.shape[0])))),
  );
}

/** Gaussian inputs with labels -1 and +1 that lean towards the sign of their first entry. */
export function scored(source: Key, batch: number, inputs: number): Batch {
  const x = source.child('x').normal(batch * inputs);
  const tilt = source.child('tilt').normal(batch);
  const y = Float32Array.from(tilt, (value, at) => (x[at * inputs] + value > 0 ? 1 : -1));
  return { x: tensor2d(x, [batch, inputs]), y: tensor1d(y) };
}

/** Gaussian inputs with class indices 0, 1, 2 at random. */
export function classed(source: Key, batch: number, inputs: number): Batch {
  const y = Int32Array.from(source.child('y').uniform(batch, 0, 3));
  return {
    x: tensor2d(source.child('x').normal(batch * inputs), [batch, inputs]),
    y: tensor1d(y, 'int32'),
  };
}

/** The batch's numbers. */
export const read = ({ x, y }: { x: Tensor; y: Tensor1D }) => ({
  rows: Array.from({ length: x.shape[0] }, (_, row) =>
    Array.from(x.dataSync().subarray((row * x.size) / x.shape[0], ((row + 1) * x.size) / x.shape[0])),
  ),
  labels: Array.from(y.dataSync()),
});
