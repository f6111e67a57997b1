import { InputError } from '@advml/core';
import { Tensor } from '@tensorflow/tfjs-core';
import { squeezes } from './squeezing.ts';

/** What goes into a tfjs-layers model, or comes out of it. */
export interface LayersModelEnd {
  /** Its name, that of its layer first. */
  readonly name: string;
  /** Shape with the batch axis; null stands for any length. */
  readonly shape: readonly (number | null)[];
}

/** A model of tfjs-layers: a `LayersModel` or `Sequential`, as far as it is used here. */
export interface LayersModelLike {
  /** What goes in. */
  readonly inputs: readonly LayersModelEnd[];
  /** What comes out. */
  readonly outputs: readonly LayersModelEnd[];
  /** Names of the layers whose outputs come out, in the order of `outputs`. */
  readonly outputNames: readonly string[];
  /**
   * The model's function.
   *
   * @param x - Inputs [batch, ...].
   * @returns Outputs, one tensor or a list of them.
   */
  apply(x: Tensor): unknown;
}

/** A layer, or a model used as one, as tfjs-layers keeps it. */
interface Layer {
  readonly name: string;
  getClassName(): string;
  readonly layers?: readonly Layer[];
  readonly outputs?: readonly Symbolic[];
  readonly stateful?: boolean;
  /** What a wrapper computes. */
  readonly layer?: Layer;
  activation?: unknown;
  softmax?: unknown;
}

/** A tensor that tfjs-layers has planned, with the layer that gives it. */
interface Symbolic extends LayersModelEnd {
  readonly sourceLayer: Layer;
  readonly inputs: readonly Symbolic[];
  readonly outputTensorIndex?: number;
}

/** Layers that only move numbers, or do nothing in evaluation. */
const PASSING = [
  'Flatten',
  'Reshape',
  'Dropout',
  'SpatialDropout1D',
  'GaussianDropout',
  'GaussianNoise',
  'AlphaDropout',
];

/** What a layer gives whose numbers, or the same in another shape, are an output; also within a nested model. */
function computed(output: Symbolic): Symbolic {
  const { sourceLayer, inputs, outputTensorIndex = 0 } = output;
  if (sourceLayer.outputs) return computed(sourceLayer.outputs[outputTensorIndex]);
  return PASSING.includes(sourceLayer.getClassName()) ? computed(inputs[0]) : output;
}

/** The layer that computes numbers, in its wrapper or not. */
const computing = (layer: Layer) => (layer.getClassName() === 'TimeDistributed' ? (layer.layer as Layer) : layer);

/** How often a layer runs on the way to an output, also within models that are layers. */
function runs(
  layer: Layer,
  { sourceLayer, inputs, outputTensorIndex = 0 }: Symbolic,
  seen = new Set<Symbolic>(),
): number {
  const own = sourceLayer.outputs
    ? runs(layer, sourceLayer.outputs[outputTensorIndex])
    : Number(computing(sourceLayer) === layer);
  const before = inputs.filter((input) => seen.size < seen.add(input).size);
  return before.reduce((sum, input) => sum + runs(layer, input, seen), own);
}

const identity = <Value>(x: Value): Value => x;
/** The activation object of tfjs-layers that does nothing. */
const linear = { apply: identity, getClassName: () => 'linear' };

/** A last activation that can be left out. */
export interface LastActivation {
  /** Its name in tfjs-layers, such as `softmax`. */
  readonly activation: string;
  /** Its layer. */
  readonly place: string;
  /** Computes something of the model without it. */
  readonly without: <Result>(compute: () => Result) => Result;
}

/** Computes something while a layer has another value of a property. */
function during<Result>(layer: Layer, property: 'activation' | 'softmax', value: unknown, compute: () => Result) {
  const before = layer[property];
  layer[property] = value;
  try {
    return compute();
  } finally {
    layer[property] = before;
  }
}

/**
 * The softmax or sigmoid that gives an output of a model.
 *
 * A recurrent layer's activation is no last one: more is computed after it. Only layers that own an `activation` apply it last.
 * Several softmaxes side by side, as over the channels of each pixel, stay: without them, classes would change their order.
 */
export function lastActivation(output: LayersModelEnd): LastActivation | undefined {
  const { sourceLayer, shape } = computed(output as Symbolic);
  const layer = computing(sourceLayer);
  const softmax = layer.getClassName() === 'Softmax';
  const own = Object.hasOwn(layer, 'activation') ? (layer.activation as typeof linear | null) : undefined;
  const activation = softmax ? 'softmax' : own?.getClassName();
  const rows = shape.slice(1, -1).some((length) => length !== 1);
  if (activation === undefined || !squeezes(activation) || (rows && activation === 'softmax')) return undefined;
  const times = runs(layer, output as Symbolic);
  if (times > 1)
    throw new InputError(
      `fromLayersModel: layer '${layer.name}' ends the model in a ${activation}, and is used ${times} times; ` +
        'give it a last layer of its own, so that its activation can be left out',
    );
  return {
    activation,
    place: `layer '${layer.name}'`,
    without: (compute) =>
      softmax ? during(layer, 'softmax', identity, compute) : during(layer, 'activation', linear, compute),
  };
}

/** All layers of a model, also those of models within it. */
function everyLayer(layers: readonly Layer[]): readonly Layer[] {
  return layers.flatMap((layer) => (layer.layers ? everyLayer(layer.layers) : [layer]));
}

/** Layers whose output is not decided by the example alone, or that inputs have no gradient through. */
export function notesOnLayers(model: LayersModelLike): readonly string[] {
  const layers = everyLayer((model as unknown as Layer).layers ?? []);
  const stateful = layers.find((layer) => layer.stateful);
  if (stateful)
    throw new InputError(
      `fromLayersModel: layer '${stateful.name}' is stateful, it remembers the batch before; build it with stateful: false`,
    );
  return layers
    .filter((layer) => ['Embedding', 'CategoryEncoding'].includes(layer.getClassName()))
    .map(({ name }) => `layer '${name}' reads whole numbers: what goes into it has no gradient`);
}

/** The one tensor that a model gives, or the one of several that is asked for. */
export function pick(outputs: unknown, at: number): Tensor {
  const picked = Array.isArray(outputs) ? outputs[at] : outputs;
  if (picked instanceof Tensor) return picked;
  throw new InputError('fromLayersModel: the model gave no tensor; is it one of tfjs-layers?');
}
