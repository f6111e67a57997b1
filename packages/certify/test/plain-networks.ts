// Random small networks, made twice: by @advml/networks, and as plain loops in double precision that know nothing of it.
import { type Key, key, type Network, type Params, type Step } from '@advml/core';
import { denseStep } from '@advml/core/internal';
import {
  activation,
  averagePooling,
  batchNormalization,
  convolution,
  dense,
  flatten,
  globalAveragePooling,
  type Layer,
  layeredNetwork,
  maxPooling,
  piecewiseLinear,
  residual,
  sequential,
} from '@advml/networks';
import { abs, addN, leakyRelu, matMul, relu, relu6, type Tensor2D, tensor } from '@tensorflow/tfjs-core';
import { naiveConvolution, naiveDense, naivePooling } from '../../networks/test/naive-layers.ts';

/** A value of one example: an image [height, width, channels], or a flat one [1, 1, entries]. */
interface Plain {
  readonly data: readonly number[];
  readonly shape: readonly [number, number, number];
}

type PlainLayer = (x: Plain, weights: (name: string) => readonly number[]) => Plain;

/** A layer and the same in plain loops. */
interface Twin {
  readonly layer: Layer;
  readonly plain: PlainLayer;
}

const bends = {
  relu: [relu, (t: number) => Math.max(t, 0)],
  leakyRelu: [leakyRelu, (t: number) => (t > 0 ? t : 0.2 * t)],
  relu6: [relu6, (t: number) => Math.min(Math.max(t, 0), 6)],
  abs: [abs, Math.abs],
  hardTanh: [
    piecewiseLinear({ knots: [-1, 1], slopes: [0, 1, 0], value: -1 }),
    (t: number) => Math.min(Math.max(t, -1), 1),
  ],
  zigzag: [
    piecewiseLinear({ knots: [-1, 0, 0.5], slopes: [1, -2, 3, -0.5], value: 0.5 }),
    (t: number) => (t < -1 ? t + 1.5 : t < 0 ? 0.5 - 2 * (t + 1) : t < 0.5 ? -1.5 + 3 * t : -0.5 * (t - 0.5)),
  ],
} as const;

export type Bend = keyof typeof bends;

const bend = (name: Bend): Twin => ({
  layer: activation(bends[name][0] as typeof relu),
  plain: (x) => ({ ...x, data: x.data.map(bends[name][1]) }),
});

const full = (neurons: number): Twin => ({
  layer: dense({ neurons }),
  plain: (x, weights) => ({
    data: naiveDense(x.data, weights('weight'), weights('bias')),
    shape: [1, 1, neurons],
  }),
});

const images = ({ data, shape }: Plain) => ({ data, shape: [1, ...shape] as const });
const single = ({ data, shape }: { data: readonly number[]; shape: readonly number[] }): Plain => ({
  data,
  shape: [shape[1], shape[2], shape[3]],
});

const conv = (filters: number, size: number, stride = 1, padding: 'same' | 'valid' | number = 'same'): Twin => ({
  layer: convolution({ filters, size, stride, padding }),
  plain: (x, weights) =>
    single(naiveConvolution(images(x), weights('weight'), weights('bias'), { size, stride, padding })),
});

const pool = (kind: 'max' | 'average', size: number, stride = size, padding: 'same' | 'valid' = 'valid'): Twin => ({
  layer: (kind === 'max' ? maxPooling : averagePooling)({ size, stride, padding }),
  plain: (x) => single(naivePooling(images(x), kind, size, stride, padding)),
});

const norm = (): Twin => ({
  layer: batchNormalization(),
  plain: (x, weights) => {
    const [gain, shift, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(weights);
    const channels = gain.length;
    const data = x.data.map((value, at) => {
      const c = at % channels;
      return (gain[c] * (value - mean[c])) / Math.sqrt(variance[c] + 1e-5) + shift[c];
    });
    return { ...x, data };
  },
});

const flat = (): Twin => ({
  layer: flatten(),
  plain: ({ data }) => ({ data, shape: [1, 1, data.length] }),
});

const means = (): Twin => ({
  layer: globalAveragePooling(),
  plain: ({ data, shape: [height, width, channels] }) => ({
    data: Array.from({ length: channels }, (_, c) => {
      const own = data.filter((_value, at) => at % channels === c);
      return own.reduce((a, b) => a + b, 0) / (height * width);
    }),
    shape: [1, 1, channels],
  }),
});

const row = (twins: Readonly<Record<string, Twin>>): Twin => ({
  layer: sequential(Object.fromEntries(Object.entries(twins).map(([name, { layer }]) => [name, layer]))),
  plain: (x, weights) =>
    Object.entries(twins).reduce((h, [name, { plain }]) => plain(h, (entry) => weights(`${name}.${entry}`)), x),
});

const beside = (body: Twin, shortcut?: Twin): Twin => ({
  layer: residual({ body: body.layer, shortcut: shortcut?.layer }),
  plain: (x, weights) => {
    const through = body.plain(x, (entry) => weights(`body.${entry}`));
    const other = shortcut ? shortcut.plain(x, (entry) => weights(`shortcut.${entry}`)) : x;
    return { ...through, data: through.data.map((value, at) => value + other.data[at]) };
  },
});

/** A network with its parameters, and its function in plain loops. */
export interface TwinNetwork {
  readonly network: Network;
  readonly params: Params;
  /** Its output for one input, in double precision. */
  outputs(x: readonly number[]): readonly number[];
}

function twinNetwork(name: string, inputShape: readonly number[], twin: Twin, seed: Key, size = 1): TwinNetwork {
  const network = layeredNetwork({ name, inputShape, layers: twin.layer });
  const values = Object.fromEntries(
    Object.entries(network.parameters ?? {}).map(([entry, { shape }]) => {
      const count = shape.reduce((product, length) => product * length, 1);
      const fan = Math.max(
        1,
        shape.slice(1).reduce((product, length) => product * length, 1),
      );
      const deviation = entry.endsWith('bias') || entry.endsWith('mean') ? 0.3 : size * Math.sqrt(2 / fan);
      const drawn = seed.child(entry).normal(count, deviation);
      return [entry, entry.endsWith('var') ? drawn.map((value) => 0.5 + Math.abs(value)) : drawn];
    }),
  );
  const params = Object.fromEntries(
    Object.entries(values).map(([entry, drawn]) => [entry, tensor(drawn, [...network.parameters![entry].shape])]),
  );
  const plainShape = (inputShape.length === 3 ? inputShape : [1, 1, inputShape[0]]) as [number, number, number];
  return {
    network,
    params,
    outputs: (x) => twin.plain({ data: x, shape: plainShape }, (entry) => Array.from(values[entry])).data,
  };
}

/** A random small network: perceptrons, convolutional ones, residual ones. */
export function randomTwin(seed: number): TwinNetwork {
  const source = key('twin', seed);
  const draw = source.child('choices').uniform(16);
  const pick = <T>(at: number, ...choices: readonly T[]): T => choices[Math.floor(draw[at] * choices.length)];
  const outputs = pick(0, 1, 3, 4);
  const act = (at: number) => bend(pick(at, 'relu', 'relu', 'relu', 'leakyRelu', 'relu6', 'abs', 'hardTanh', 'zigzag'));
  switch (seed % 4) {
    case 0: {
      const layers = {
        layer1: full(pick(1, 4, 7)),
        act1: act(2),
        layer2: full(pick(3, 3, 6)),
        act2: act(4),
        layer3: full(outputs),
      };
      return twinNetwork('MLP', [pick(5, 2, 3, 5)], row(layers), source.child('weights'));
    }
    case 1: {
      const layers = {
        conv1: conv(2, pick(1, 2, 3), pick(2, 1, 2), pick<'same' | 'valid' | number>(3, 'same', 'valid', 1)),
        norm1: norm(),
        act1: act(4),
        conv2: conv(3, 2),
        act2: act(5),
        flatten: flat(),
        dense: full(outputs),
      };
      return twinNetwork('CNN', [5, 4, pick(6, 1, 2)], row(layers), source.child('weights'));
    }
    case 2: {
      const layers = {
        conv1: conv(3, 3),
        act1: act(1),
        pool1: pool(pick(2, 'max', 'average'), pick(3, 2, 3), 2, pick<'same' | 'valid'>(4, 'same', 'valid')),
        conv2: conv(2, 2),
        act2: act(5),
        pool2: pool('max', 2, 1),
        flatten: flat(),
        dense1: full(4),
        act3: act(6),
        dense2: full(outputs),
      };
      return twinNetwork('pooled CNN', [5, 5, 1], row(layers), source.child('weights'));
    }
    default: {
      const body = row({ conv1: conv(2, 3), norm: norm(), act: act(1), conv2: conv(2, 3) });
      const layers = {
        conv1: conv(2, 2),
        block1: beside(body),
        act1: act(2),
        block2: beside(row({ conv: conv(3, 2, 2), act: act(3) }), row({ conv: conv(3, 1, 2) })),
        act2: act(4),
        pool: means(),
        dense: full(outputs),
      };
      return twinNetwork('ResNet', [4, 4, 1], row(layers), source.child('weights'));
    }
  }
}

const WIDTH = 3;
const NODES = 7;

/** A random graph of matrices, rectifiers, and sums that may take a value more than once. */
export function randomGraph(seed: number): TwinNetwork {
  const source = key('graph', seed);
  const nodes = Array.from({ length: NODES }, (_, at) => {
    const [choice, ...before] = source.child('node', at).uniform(4);
    const from = before.map((share) => Math.max(at - Math.floor(2.5 * share), 0));
    const kind = at === NODES - 1 || choice < 0.25 ? 'matrix' : choice < 0.5 ? 'relu' : 'sum';
    return { name: `node${at}`, kind, from: kind === 'sum' ? from : [from[0]] };
  });
  const numbers = nodes.map(({ name }) => source.child('weights', name).normal(WIDTH ** 2, 0.6));
  const params = Object.fromEntries(nodes.map(({ name }, at) => [name, tensor(numbers[at], [WIDTH, WIDTH])]));
  const through = <T>(x: T, step: (node: (typeof nodes)[number], parts: T[], at: number) => T): T => {
    const known = [x];
    for (const [at, node] of nodes.entries()) {
      const parts = node.from.map((value) => known[value]);
      known.push(step(node, parts, at));
    }
    return known[NODES];
  };
  const network: Network = {
    name: 'graph',
    inputShape: [WIDTH],
    output: 'logits',
    init: () => params,
    apply: (weights, x) =>
      through(x, ({ name, kind }, parts) => {
        if (kind === 'sum') return addN(parts);
        return kind === 'relu' ? relu(parts[0]) : matMul(parts[0] as Tensor2D, weights[name] as Tensor2D, false, true);
      }) as Tensor2D,
    steps: (weights) =>
      nodes.map(({ name, kind, from }): Step => {
        const place = { name, from, shape: [WIDTH] };
        if (kind === 'sum') return { ...place, kind };
        if (kind === 'relu') return { ...place, kind: 'bend', pieces: { knots: [0], slopes: [0, 1], value: 0 } };
        return { ...place, ...denseStep([WIDTH, WIDTH], () => weights[name] as Tensor2D) };
      }),
  };
  const outputs = (x: readonly number[]) =>
    through<readonly number[]>(x, ({ kind }, parts, at) => {
      if (kind === 'matrix') return naiveDense(parts[0], Array.from(numbers[at]), new Array(WIDTH).fill(0));
      return parts[0].map((one, entry) =>
        kind === 'relu' ? Math.max(one, 0) : parts.reduce((sum, part) => sum + part[entry], 0),
      );
    });
  return { network, params, outputs };
}
