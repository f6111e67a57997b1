import { type Classifier, key, type OutputKind, outputMargins } from '@advml/core';
import { type Tensor, type Tensor1D, tensor, tensor1d } from '@tensorflow/tfjs-core';
import { linearLogits, linearScore } from './linear-models.ts';
import { reluNet } from './relu-net.ts';
import { ridgeModel } from './ridge-model.ts';

/** A model with examples to attack, some of which it gets wrong anyway. */
export interface AttackCase {
  /** What the model is, for the test's name. */
  readonly name: string;
  /** Whether the model is linear. */
  readonly linear: boolean;
  /** The model. */
  readonly model: Classifier;
  /** Shape of one input. */
  readonly shape: readonly number[];
  /** The labels as numbers. */
  readonly y: readonly number[];
  /** Labels that do not fit the model. */
  readonly bad: readonly number[];
  /** The inputs as a new tensor [batch, ...shape], all inside [0, 1]. */
  x(): Tensor;
  /** Labels of the model's kind as a new tensor [batch]. */
  labels(y: readonly number[]): Tensor1D;
  /** A label that is not `y`. */
  other(y: number): number;
  /** The case with only the given examples, in the given order. */
  pick(rows: readonly number[]): AttackCase;
}

const COUNT = 7;
const WIDTH = 6;
const INPUTS = key('attack case', 'inputs').uniform(COUNT * WIDTH, 0.05, 0.95);

const weights = (name: string) => Array.from(key('attack case', name).normal(WIDTH));
/** The bias with which inputs around 1/2 get outputs around zero. */
const centring = (row: readonly number[]) => -0.5 * row.reduce((total, value) => total + value, 0);

function linear(output: OutputKind): Classifier {
  const rows = (output === 'score' ? ['score'] : ['a', 'b', 'c']).map(weights);
  return (output === 'score' ? linearScore(rows[0], centring(rows[0])) : linearLogits(rows, rows.map(centring))).model;
}

/** A row without its mean: inputs around 1/2 are mapped to around zero. */
function centred(row: readonly number[]): number[] {
  const mean = row.reduce((total, value) => total + value, 0) / row.length;
  return row.map((value) => value - mean);
}

const ridgeRows = Array.from({ length: 9 }, (_, at) => centred(weights(`ridge ${at}`)));

const MODELS = {
  linear: { shape: [WIDTH], make: linear },
  ReLU: { shape: [2, 3, 1], make: (output: OutputKind) => reluNet(5, { inputs: WIDTH, output }) },
  'linear ridge': { shape: [WIDTH], make: () => ridgeModel([ridgeRows[0]], [], [1]) },
  ridge: { shape: [WIDTH], make: () => ridgeModel(ridgeRows, [0.3], [0, 1]) },
} as const;

/** What a kind of output means for labels. */
const KINDS = {
  score: {
    labels: [-1, 1],
    dtype: 'float32',
    bad: [0, 2, 0.5, Number.NaN],
    other: (y: number) => -y,
  },
  logits: {
    labels: [0, 1, 2],
    dtype: 'int32',
    bad: [-1, 3, 0.5, Number.NaN],
    other: (y: number) => (y + 1) % 3,
  },
} as const;

const pickRows = (rows: readonly number[], shape: readonly number[]) =>
  tensor(Float32Array.from(rows.flatMap((row) => [...INPUTS.subarray(row * WIDTH, (row + 1) * WIDTH)])), [
    rows.length,
    ...shape,
  ]);

/** The class that the model gives each input, except for every fourth example, which gets another label. */
function labelsFor(model: Classifier, output: OutputKind, shape: readonly number[]): number[] {
  const { labels, dtype, other } = KINDS[output];
  const x = pickRows([...Array(COUNT).keys()], shape);
  const scores = model(x);
  const margins = labels.map((label) => {
    const y = tensor1d(Array(COUNT).fill(label), dtype);
    const values = outputMargins(scores, y);
    y.dispose();
    return values;
  });
  x.dispose();
  scores.dispose();
  const own = Array.from({ length: COUNT }, (_, at) => labels[margins.findIndex((margin) => margin[at] > 0)]);
  return own.map((label, at) => (at % 4 === 3 ? other(label) : label));
}

/** A case, made without touching the backend, which the tests set up later: labels are found when first asked for. */
function attackCase(kind: keyof typeof MODELS, output: OutputKind): AttackCase {
  const { shape, make } = MODELS[kind];
  const model = make(output);
  const { bad, other, dtype } = KINDS[output];
  let all: number[] | undefined;

  const withRows = (rows: readonly number[]): AttackCase => ({
    name: `a ${kind} model with ${output === 'score' ? 'scores' : 'logits'}`,
    linear: kind === 'linear' || kind === 'linear ridge',
    model,
    shape,
    bad,
    other,
    get y() {
      all ??= labelsFor(model, output, shape);
      return rows.map((row) => all?.[row] as number);
    },
    x: () => pickRows(rows, shape),
    labels: (y) => tensor1d([...y], dtype),
    pick: (picked) => withRows(picked.map((at) => rows[at])),
  });
  return withRows([...Array(COUNT).keys()]);
}

/**
 * Linear and ReLU models of the given kinds with seven examples each.
 *
 * @param outputs - Kinds of output.
 * @returns One case a model.
 */
export function attackCases(outputs: readonly OutputKind[]): readonly AttackCase[] {
  return outputs.flatMap((output) => [attackCase('linear', output), attackCase('ReLU', output)]);
}

/**
 * Sums of ridge functions with scores, linear and with a threshold, with seven examples each.
 *
 * @returns One case a model.
 */
export const ridgeCases = (): readonly AttackCase[] => [
  attackCase('linear ridge', 'score'),
  attackCase('ridge', 'score'),
];
