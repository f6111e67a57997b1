import { InputError } from '@advml/core';
import { described, requireOptions } from '@advml/core/internal';
import { type ImportedClassifier, importedClassifier } from '../imported-classifier.ts';
import { type LayersModelLike, lastActivation, notesOnLayers, pick } from './layers-model.ts';
import { countOf, perExample } from './per-example.ts';
import { notesOn } from './squeezing.ts';

/** What {@link fromLayersModel} may be told. */
export interface FromLayersModelOptions {
  /** Which output to take, as `model.outputNames` names it. Default: the only one. */
  readonly output?: string;
}

/**
 * A model of tfjs-layers as a classifier that attacks can differentiate.
 *
 * A softmax or sigmoid at its end is left out, as the activation of the last layer or as a layer of its own, also where the last
 * layer is a model itself; `notes` say so. The model computes as in evaluation: dropout does nothing, batch normalization takes its
 * running statistics. It stays the caller's: it may be trained on, and the classifier follows; `dispose` of the classifier leaves it.
 *
 * @param model - A `LayersModel` or `Sequential` with one input.
 * @param options - See {@link FromLayersModelOptions}.
 * @returns The classifier: logits [batch, classes], or scores [batch] if the model gives one number an example.
 * @throws InputError if the model is not built, has several inputs, or several outputs of which none is named; if an example gets
 * more than one row of numbers; if a layer keeps a state from batch to batch.
 * @example
 * ```ts
 * import { loadLayersModel } from '@tensorflow/tfjs-layers';
 *
 * const model = fromLayersModel(await loadLayersModel('https://example.org/model.json'));
 * console.log(model.notes); // the last softmax (layer 'dense_2') was left out, so that gradients do not vanish
 * ```
 */
export function fromLayersModel(model: LayersModelLike, options: FromLayersModelOptions = {}): ImportedClassifier {
  requireOptions<FromLayersModelOptions>('fromLayersModel', options, { output: true });
  const input = onlyInput(model);
  const at = outputIndex(model, options.output);
  const last = lastActivation(model.outputs[at]);
  const outputs = countOf('fromLayersModel', model.outputs[at].shape.slice(1));
  const compute = last?.without ?? ((run) => run());
  return importedClassifier(
    'fromLayersModel',
    (x) =>
      perExample(
        'fromLayersModel',
        compute(() => pick(model.apply(x), at)),
      ),
    {
      inputShape: input.shape.slice(1),
      outputs,
      notes: [...notesOn('fromLayersModel', outputs, last), ...notesOnLayers(model)],
      dispose: () => {},
    },
  );
}

function onlyInput(model: LayersModelLike) {
  const { inputs, outputs, apply } = Object(model) as Partial<LayersModelLike>;
  if (typeof model !== 'object' || typeof apply !== 'function')
    throw new InputError(`fromLayersModel takes a model of tfjs-layers, got ${described(model)}`);
  if (!inputs?.length || !outputs?.length)
    throw new InputError('fromLayersModel: the model is not built; give its first layer an inputShape');
  if (inputs.length > 1)
    throw new InputError(
      `fromLayersModel: the model has ${inputs.length} inputs; hold all but one fast in a function of your own, (x) => model.apply([x, other])`,
    );
  return inputs[0];
}

function outputIndex({ outputs, outputNames }: LayersModelLike, output: string | undefined): number {
  if (output === undefined && outputs.length === 1) return 0;
  const at = outputNames.indexOf(output ?? '');
  if (at >= 0) return at;
  const got = output === undefined ? `none for ${outputs.length} outputs` : `'${output}'`;
  throw new InputError(`fromLayersModel: output must be one of ${outputNames.join(', ')}, got ${got}`);
}
