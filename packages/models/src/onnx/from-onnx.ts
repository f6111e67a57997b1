import { InputError } from '@advml/core';
import { described, requireGradients, requireInteger, requireOptions } from '@advml/core/internal';
import { reshape, type Tensor, transpose } from '@tensorflow/tfjs-core';
import { type ImportedClassifier, importedClassifier } from '../imported-classifier.ts';
import { withExamples } from '../with-examples.ts';
import { inParts, type Run, triedOut } from './batches.ts';
import { readMessage } from './file/message.ts';
import { MODEL, type ModelMessage } from './file/model.ts';
import { graphOf, opsetNotes } from './graph/graph.ts';
import { NeededError, type Output, outputOf, requireOneSoftmax } from './graph/output.ts';
import { type Program, programOf } from './graph/program.ts';
import { roomOf } from './graph/room.ts';
import { graphValue } from './graph/value.ts';
import { type FileInput, type ImageLayout, inputOf, turned } from './input.ts';
import { stepsOf } from './steps/steps-of.ts';

/** What {@link fromOnnx} takes. */
export interface FromOnnxOptions {
  /**
   * Order of the axes of the images that the classifier is called with: `nhwc`, [batch, height, width, channels], as everywhere in advml,
   * or `nchw`, [batch, channels, height, width], as PyTorch has them. For models of images only. Default: `nhwc`.
   */
  readonly layout?: ImageLayout;
  /** Name of the value of the graph that becomes the classifier's output. Default: the first output of the file. */
  readonly output?: string;
  /**
   * Whether a last Softmax, LogSoftmax or Sigmoid stays. Default: false, it is left out, since attacks need logits; several softmaxes side
   * by side stay, since classes would change their order.
   */
  readonly probabilities?: boolean;
  /** The most numbers that one example may make on its way through the graph. Default: 2^28, which is 1 GiB. */
  readonly maxNumbers?: number;
}

function read(bytes: Uint8Array): ModelMessage {
  if (!(bytes instanceof Uint8Array))
    throw new InputError(`fromOnnx takes the bytes of a file, a Uint8Array, got ${described(bytes)}`);
  try {
    return readMessage(MODEL, bytes);
  } catch (error) {
    throw new InputError(`fromOnnx takes the bytes of an ONNX file, got others: ${(error as Error).message}`);
  }
}

/** Logits [batch, classes] or scores [batch] of what a graph gives. */
function asOutput(y: Tensor): Tensor {
  const [batch, classes = 1] = y.shape;
  return classes === 1 ? reshape(y, [batch]) : reshape(y, [batch, classes]);
}

/** Refuses what is neither logits nor scores; gives how many numbers there are for an example. */
function classesOf(shape: readonly number[], name: string): number {
  const [, classes = 1, ...rest] = shape;
  if (shape.length === 0 || rest.some((length) => length !== 1))
    throw new InputError(
      `the output must be logits [batch, classes] or scores [batch], got '${name}' of shape [${shape.join(', ')}]; \`output\` picks another value`,
    );
  return classes;
}

/** What takes inputs as the user has them. */
function onUsersLayout(program: Program, end: Output, from: ImageLayout | undefined, to: ImageLayout | undefined): Run {
  const inGraph = (x: Tensor) => {
    if (from === to) return graphValue(x);
    return from === 'nhwc' ? graphValue(x, true) : graphValue(transpose(x, [0, 2, 3, 1]));
  };
  return (x) => {
    const [batch] = x.shape;
    const y = program.run(inGraph(x), (name, shape) => requireOneSoftmax(end, name, shape, batch));
    return withExamples(y, batch);
  };
}

function layoutNotes({ layout }: FileInput, users: ImageLayout | undefined): string[] {
  if (layout === undefined || users === undefined) return [];
  const axes = { nhwc: '[batch, height, width, channels]', nchw: '[batch, channels, height, width]' };
  return [`images are ${axes[users]}${layout === users ? ', as in the file' : `; the file has ${axes[layout]}`}`];
}

/** How examples are computed, and what there is to say of it. */
interface Batches {
  readonly run: Run;
  /** Whether batches of any size are computed at once, and all lengths of the input are known. */
  readonly isWhole?: boolean;
  readonly notes: readonly string[];
  /** Shape of the output of the trial, if there was one. */
  readonly output?: readonly number[];
}

/** All examples at once, if a trial shows that the model takes any batch; else in batches that it takes. */
function batchesOf(run: Run, batch: number | null, shape: readonly (number | null)[]): Batches {
  const size = batch ?? 1;
  if (shape.includes(null)) {
    if (batch === null)
      return { run, notes: ['the file leaves lengths of the input open, so that it was not tried out'] };
    return { run: inParts(run, size), notes: [`examples are computed ${size} at a time, the batch of the file`] };
  }
  const { output, anyBatch } = triedOut(run, size, shape as number[]);
  if (anyBatch) {
    const taken = `the file has batches of ${size}; on random inputs others gave the same, and are taken`;
    return { run, notes: batch === null ? [] : [taken], output, isWhole: true };
  }
  const reason = `examples are computed ${size} at a time, since the graph works for batches of ${size} only`;
  return { run: inParts(run, size), notes: [`${reason}; a file with a dynamic batch axis is faster`], output };
}

function usersLayout({ layout: wanted }: FromOnnxOptions, { layout, shape }: FileInput): ImageLayout | undefined {
  if (wanted !== undefined && wanted !== 'nhwc' && wanted !== 'nchw')
    throw new InputError(`layout must be 'nhwc' or 'nchw', got ${described(wanted)}`);
  if (wanted !== undefined && layout === undefined)
    throw new InputError(
      `layout is for models of images, got one whose inputs have ${shape.length} axes; leave it out`,
    );
  return layout && (wanted ?? 'nhwc');
}

/**
 * A model of an ONNX file as a differentiable classifier.
 *
 * Every operator runs on tfjs-core, so that attacks get input gradients, which no other ONNX runtime in JavaScript gives. What does not
 * depend on the input is computed once. A file that holds only part of a model, or more than is understood, is refused by the name of the
 * node. Models in half or double precision are computed in single precision.
 *
 * @param bytes - The file.
 * @param options - See {@link FromOnnxOptions}. Default: all defaults.
 * @returns The classifier, from inputs in the file's units to logits [batch, classes] or scores [batch]. It holds the weights until
 * `dispose`.
 * @throws InputError if `useWasm()` was not called before, if the bytes are no such file, if an operator, attribute or type is not supported, if weights are in other files, or
 * if the output is neither logits nor scores.
 * @example
 * ```ts
 * const model = fromOnnx(await readFile('resnet.onnx'));
 * console.log(model.inputShape, model.notes); // [32, 32, 3] and what was assumed
 * ```
 * @see ONNX: Open Neural Network Exchange, operator schemas, https://onnx.ai/onnx/operators
 */
export function fromOnnx(bytes: Uint8Array, options: FromOnnxOptions = {}): ImportedClassifier {
  requireOptions<FromOnnxOptions>('fromOnnx', options, {
    layout: true,
    output: true,
    probabilities: true,
    maxNumbers: true,
  });
  requireGradients();
  const { output, probabilities = false, maxNumbers = 2 ** 28 } = options;
  requireInteger({ maxNumbers }, 1);
  const graph = graphOf(read(bytes));
  const end = outputOf(graph, output, probabilities);
  const input = inputOf(graph);
  const users = usersLayout(options, input);
  const program = programOf(end.graph, end.name, maxNumbers);
  try {
    const inputShape = users && users !== input.layout ? turned(input.shape, users) : input.shape;
    roomOf(maxNumbers).need([input.batch ?? 1, ...inputShape.map((length) => length ?? 1)], 'the input');
    const batches = batchesOf(onUsersLayout(program, end, users, input.layout), input.batch, inputShape);
    const outputs = batches.output && classesOf(batches.output, end.name);
    const notes = [...opsetNotes(graph), ...end.notes, ...layoutNotes(input, users), ...batches.notes];
    const apply = (x: Tensor) => {
      const y = batches.run(x);
      classesOf(y.shape, end.name);
      return asOutput(y);
    };
    const { name = '' } = graph.input;
    const place = { name, shape: inputShape as number[], isTurned: users === 'nhwc' && input.layout === 'nchw' };
    const isPlain = batches.isWhole && (users === 'nhwc' || users === input.layout);
    const steps = isPlain ? () => stepsOf(program, place, end.name) : undefined;
    return importedClassifier('fromOnnx', apply, { inputShape, outputs, notes, steps, dispose: program.dispose });
  } catch (error) {
    program.dispose();
    if (error instanceof NeededError) return fromOnnx(bytes, { ...options, probabilities: true });
    throw error;
  }
}
