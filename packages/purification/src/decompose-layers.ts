import { InputError } from '@advml/core';
import { requireOptions } from '@advml/core/internal';
import { type BestCosines, bestCosines } from './best-cosines.ts';
import { type Decomposition, decompose } from './decompose.ts';
import { layerRows, type Weights } from './layer-rows.ts';
import type { Matrix } from './matrix.ts';
import { type RandomCosine, randomCosine } from './random-cosine.ts';
import { type RowCosines, rowCosines } from './row-cosines.ts';

/** The networks that {@link decomposeLayers} compares: parameters of one architecture. */
export interface LayersToCompare {
  /** After clean training. */
  readonly w: Weights;
  /** After adversarial training from there. */
  readonly wPrime: Weights;
  /** At initialization. */
  readonly w0?: Weights;
  /** After adversarial training from another initialization. */
  readonly control?: Weights;
}

/** Which layers {@link decomposeLayers} looks at. */
export interface DecomposeLayersOptions {
  /** Names of their weights. Default: all matrices and convolution filters. */
  readonly only?: readonly string[];
}

/** A network trained adversarially from elsewhere, against the clean one. */
export interface LayerControl {
  /** Neuron by neuron, each with the one of the same place. */
  readonly decomposition: Decomposition;
  /** Each neuron with the nearest of the control's. */
  readonly best: BestCosines;
}

/** How far the neurons of one layer have turned from where they began. */
export interface LayerCosines {
  /** By clean training: w with w0. */
  readonly clean: RowCosines;
  /** By both: w' with w0. */
  readonly robust: RowCosines;
}

/** What adversarial training made of one layer. */
export interface LayerDecomposition {
  /** Name of the weight, such as `conv1.weight`. */
  readonly name: string;
  /** Neurons, or filters. */
  readonly neurons: number;
  /** Inputs of each; the entries of a patch for a filter. */
  readonly inputs: number;
  /** Each neuron of w as a multiple of the same neuron of w', and the rest. */
  readonly decomposition: Decomposition;
  /** Each neuron of w with the nearest of w', usually itself: what to compare with the control's. */
  readonly best: BestCosines;
  /** Cosines with w0, if that was given. */
  readonly withInitial?: LayerCosines;
  /** The same decomposition and search over the control's neurons, if one was given. */
  readonly control?: LayerControl;
  /** What as many random vectors of that dimension give. */
  readonly random: RandomCosine;
}

/**
 * Feature purification in every layer: `w = beta w' + v` neuron by neuron and filter by filter, beside a control.
 *
 * The multiple beta matches the scale of the two, neuron by neuron, so that layers which normalization or rectifiers let grow or
 * shrink freely compare by direction alone.
 *
 * The control is trained in the same way from another initialization. Its neurons come in another order: beside the cosine with the
 * neuron of the same place stands that with the nearest of all, which no assignment of neurons to neurons exceeds. From the second
 * layer on its inputs come in another order too, so there cosines near chance tell less.
 *
 * @param networks - Parameters of one architecture; tensors are only read.
 * @param options - Which layers.
 * @returns One record a layer, in the order of `w`.
 * @throws InputError if a layer's shapes differ, an entry is not finite, or a layer has neurons of one input.
 * @example
 * ```ts
 * for (const { name, decomposition, control, random } of decomposeLayers({ w, wPrime, w0, control: other }))
 *   console.log(name, decomposition.share, 'control', control?.best.share, 'chance', random.shareBest);
 * ```
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190), whose
 * figures compare the layers of AlexNet and ResNet in this way.
 */
export function decomposeLayers(
  networks: LayersToCompare,
  options: DecomposeLayersOptions = {},
): readonly LayerDecomposition[] {
  requireOptions<LayersToCompare>('decomposeLayers', networks, { w: true, wPrime: true, w0: true, control: true });
  requireOptions<DecomposeLayersOptions>('decomposeLayers', options, { only: true });
  const { w, wPrime, w0, control } = networks;
  const { only } = options;
  const rows = layerRows(w, only);
  const names = Object.keys(rows);
  const alike = (network: string, weights: Weights) => {
    const others = layerRows(weights, names);
    for (const name of names) requireSameShape(name, rows[name], others[name], network);
    return others;
  };
  const robust = alike('wPrime', wPrime);
  const initial = w0 && alike('w0', w0);
  const elsewhere = control && alike('control', control);

  return names.map((name) => {
    const own = rows[name];
    const [neurons, inputs] = own.shape;
    return Object.freeze<LayerDecomposition>({
      name,
      neurons,
      inputs,
      decomposition: decompose(own, robust[name]),
      best: bestCosines(own, robust[name]),
      ...(initial && {
        withInitial: { clean: rowCosines(own, initial[name]), robust: rowCosines(robust[name], initial[name]) },
      }),
      ...(elsewhere && {
        control: { decomposition: decompose(own, elsewhere[name]), best: bestCosines(own, elsewhere[name]) },
      }),
      random: randomCosine(inputs, neurons),
    });
  });
}

function requireSameShape(name: string, rows: Matrix, others: Matrix, network: string): void {
  if (rows.shape.join() !== others.shape.join())
    throw new InputError(
      `'${name}' must have one shape in w and ${network}, got [${rows.shape}] and [${others.shape}] as matrices`,
    );
}
