import { InputError } from '@advml/core';
import { described, requireOptions } from '@advml/core/internal';
import { type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { type ImportedClassifier, importedClassifier } from '../imported-classifier.ts';
import { inParts } from '../onnx/batches.ts';
import { withExamples } from '../with-examples.ts';
import type { GraphModelEnd, GraphModelLike } from './graph-model.ts';
import { graphOutput } from './graph-nodes.ts';
import { countOf, perExample } from './per-example.ts';
import { notesOn } from './squeezing.ts';

/** What {@link fromGraphModel} may be told. */
export interface FromGraphModelOptions {
  /** Name of the node whose output to take, before its softmax or sigmoid if it has one. Default: the only output. */
  readonly output?: string;
  /** Shape of one input, without the batch axis; null stands for any length. Default: what the file says. */
  readonly inputShape?: readonly (number | null)[];
}

/**
 * A graph model of tfjs-converter, made from a TensorFlow SavedModel or the like, as a classifier that attacks can differentiate.
 *
 * If the graph ends in a softmax or sigmoid, the classifier gives what goes into it; `notes` say so. Several softmaxes side by side stay,
 * since classes would change their order. Weights are constants. A
 * graph that was saved for batches of one size is run on such batches. The model stays the caller's: `dispose` of the classifier
 * leaves it.
 *
 * @param model - As `loadGraphModel` gives it, with one input.
 * @param options - See {@link FromGraphModelOptions}.
 * @returns The classifier: logits [batch, classes], or scores [batch] if the model gives one number an example.
 * @throws InputError if the model has several inputs, or several outputs of which none is named; if no node has the name; if
 * tfjs-converter does not know an operation; if the file does not tell the shape of an input. When called, if an example gets more than one row of numbers.
 * @example
 * ```ts
 * import { loadGraphModel } from '@tensorflow/tfjs-converter';
 *
 * const model = fromGraphModel(await loadGraphModel('https://example.org/model.json'));
 * console.log(model.notes); // the last Softmax (node 'predictions') was left out, so that gradients do not vanish
 * ```
 */
export function fromGraphModel(model: GraphModelLike, options: FromGraphModelOptions = {}): ImportedClassifier {
  requireOptions<FromGraphModelOptions>('fromGraphModel', options, { output: true, inputShape: true });
  const input = onlyInput(model);
  const [batch, ...shape] = shapeOf(input, options.inputShape);
  const execute = (x: Tensor, name: string) => withExamples([model.execute(x, name)].flat()[0], x.shape[0]);
  const isRow = (name: string) =>
    shape.includes(null) || tidy(() => isOneRow(execute(zeros([batch ?? 1, ...(shape as number[])]), name)));
  const { node, left, notes } = graphOutput(model, options.output, isRow);
  const told = model.outputs.find(({ name }) => name === (options.output ?? model.outputs[0].name))?.shape;
  const outputs = told && countOf('fromGraphModel', told.slice(1).map(lengthOf));
  const run = (x: Tensor) => perExample('fromGraphModel', execute(x, node));
  return importedClassifier('fromGraphModel', batch === null ? run : inParts(run, batch), {
    inputShape: shape,
    outputs,
    notes: [...notesOn('fromGraphModel', outputs, left), ...notes],
    dispose: () => {},
  });
}

function onlyInput(model: GraphModelLike): GraphModelEnd {
  const { inputs, outputs, execute } = Object(model) as Partial<GraphModelLike>;
  if (typeof execute !== 'function' || !inputs || !outputs)
    throw new InputError(`fromGraphModel takes a GraphModel of tfjs-converter, got ${described(model)}`);
  if (inputs.length !== 1)
    throw new InputError(
      `fromGraphModel: the model has ${inputs.length} inputs (${inputs.map(({ name }) => name).join(', ')}); ` +
        'hold all but one fast in a function of your own, (x) => model.execute({ x, other }, node)',
    );
  const [{ name, dtype = 'float32' }] = inputs;
  if (dtype !== 'float32')
    throw new InputError(
      `fromGraphModel: input '${name}' takes ${dtype}, through which nothing has a gradient; save the model with a float32 input`,
    );
  return inputs[0];
}

const isOneRow = ({ shape }: Tensor) => shape.slice(1).filter((length) => length !== 1).length <= 1;

const lengthOf = (length: number) => (length < 0 ? null : length);

/** Shape of the inputs with the batch axis. */
function shapeOf({ name, shape }: GraphModelEnd, given: FromGraphModelOptions['inputShape']) {
  if (given) return [shape ? lengthOf(shape[0]) : null, ...given];
  if (shape && shape.length > 0) return shape.map(lengthOf);
  throw new InputError(
    `fromGraphModel: the file does not tell the shape of input '${name}'; give inputShape, without the batch`,
  );
}
