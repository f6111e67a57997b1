// One node, computed by onnxruntime and by us; its gradient by finite differences.
import { finiteDifference } from '@advml/testkit';
import { add, grad, memory, mul, type Scalar, scalar, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web';
import { expect } from 'vitest';
import { readMessage } from '../../src/onnx/file/message.ts';
import { MODEL } from '../../src/onnx/file/model.ts';
import { graphOf } from '../../src/onnx/graph/graph.ts';
import { type Program, programOf } from '../../src/onnx/graph/program.ts';
import { graphValue } from '../../src/onnx/graph/value.ts';
import { type AttributeValue, type ModelDraft, modelBytes, type Numbers } from './build.ts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** A call of an operator. */
export interface Case {
  readonly operator: string;
  readonly opset?: number;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** What goes in; the first numbers that are no constant are the input of the model. */
  readonly inputs: readonly (Numbers | undefined)[];
  /** Which of them is the input; the others are constants. Default: 0. */
  readonly input?: number;
  /** How many values come out. Default: 1. */
  readonly outputs?: number;
  /** Whether it is differentiated. Default: true. */
  readonly gradient?: boolean;
}

/** Numbers of some order of size one that are all different and none of them zero, in an order that looks random. */
export function spread(shape: readonly number[], seed = 1, size = 2): Numbers {
  const count = shape.reduce((product, length) => product * length, 1);
  const order = Array.from({ length: count }, (_, at) => at);
  let state = (seed * 2654435761 + 12345) >>> 0;
  for (let at = count - 1; at > 0; at--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return { shape, values: order.map((at) => (size * (2 * at + 1.2 - count)) / count) };
}

export const ints = (...values: number[]): Numbers => ({ shape: [values.length], values, type: 'int64' });
export const number = (value: number): Numbers => ({ shape: [], values: [value] });

function draftOf({ operator, opset, attributes, inputs, input = 0, outputs = 1 }: Case): ModelDraft {
  const names = inputs.map((given, at) => (given === undefined ? '' : at === input ? 'x' : `c${at}`));
  const results = Array.from({ length: outputs }, (_, at) => `y${at}`);
  return {
    opset,
    nodes: [{ operator, attributes, inputs: names, outputs: results }],
    inputs: { x: (inputs[input] as Numbers).shape },
    initializers: Object.fromEntries(
      inputs.flatMap((given, at) => (given && at !== input ? [[names[at], given]] : [])),
    ),
    outputs: results,
  };
}

const asTensor = ({ shape, values }: Numbers) => tensor([...values], [...shape], 'float32');

/** What onnxruntime gives. */
async function theirs(bytes: Uint8Array, x: Numbers): Promise<{ dims: readonly number[]; values: number[] }[]> {
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const found = await session.run({ x: new ort.Tensor('float32', Float32Array.from(x.values), x.shape) });
  const results = session.outputNames.map((name) => ({
    dims: found[name].dims,
    values: Array.from(found[name].data as Float32Array, Number),
  }));
  await session.release();
  return results;
}

/** Compares derivatives of random sums of the output, along a random direction. */
function expectGradient(run: (x: Tensor) => Tensor, x: Numbers): void {
  const at = asTensor(x);
  const shape = run(at).shape;
  const weights = asTensor(spread(shape, 5, 1));
  const direction = asTensor(spread(x.shape, 7, 1));
  const loss = (y: Tensor) => sum(mul(weights, run(y))) as Scalar;
  const ours = sum(mul(grad(loss)(at), direction)).dataSync()[0];
  const along = (t: Tensor) => loss(add(at, mul(t, direction)));
  const [measured] = finiteDifference(along as (t: Tensor) => Scalar, scalar(0), 4e-3);
  const size = Math.max(1, Math.abs(sum(mul(weights, run(at))).dataSync()[0]));
  expect(Math.abs(ours - measured), `${ours} instead of ${measured}`).toBeLessThan(
    5e-3 * Math.max(size, Math.abs(measured)),
  );
}

/** Both orders of the axes in which an input may be kept: channels last, if there are channels, and as it is. */
function ways(program: Program, x: Numbers): ((x: Tensor) => Tensor)[] {
  const plain = (t: Tensor) => tidy(() => program.run(graphValue(t)));
  if (x.shape.length < 3) return [plain];
  return [(t) => tidy(() => program.run(graphValue(graphValue(t).image(), true))), plain];
}

/**
 * Runs a model both ways, and expects the numbers of onnxruntime, and derivatives that fit them.
 *
 * @param draft - The model, whose input is `x`.
 * @param x - What goes in.
 * @param gradient - Whether it is differentiated.
 */
export async function expectSameModel(draft: ModelDraft, x: Numbers, gradient = true): Promise<void> {
  const bytes = modelBytes(draft);
  const expected = await theirs(bytes, x);
  const before = memory().numTensors;
  for (const [at, { dims, values }] of expected.entries()) {
    const program = programOf(graphOf(readMessage(MODEL, bytes)), draft.outputs[at], 2 ** 24);
    const size = Math.max(1, ...values.map(Math.abs).filter(Number.isFinite));
    tidy(() => {
      for (const [way, run] of ways(program, x).entries()) {
        const y = run(asTensor(x));
        expect(y.shape).toEqual([...dims]);
        expect(y).toBeAllClose(values, { relative: 1e-5, absolute: 1e-5 * size });
        if (way === 0 && gradient && y.dtype === 'float32') expectGradient(run, x); // derivatives of one way will do
      }
    });
    program.dispose();
  }
  expect(memory().numTensors, 'tensors left').toBe(before);
}

/** Compares one call of an operator; see {@link expectSameModel}. */
export const expectSame = (given: Case) =>
  expectSameModel(draftOf(given), given.inputs[given.input ?? 0] as Numbers, given.gradient);
