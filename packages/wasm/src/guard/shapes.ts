import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  backend_util,
  gather_util,
  scatter_util,
  slice_util,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { type Given, requireLengths, type ShapeCheck } from './shape-check.ts';
import { windowChecks } from './windows.ts';

/** Inputs of one shape, that of the first. */
const alike =
  (kernelName: string, ...names: readonly string[]): ShapeCheck =>
  (inputs) => {
    const { shape } = inputs[names[0]];
    for (const name of names) requireLengths(kernelName, name, inputs[name], shape);
    return undefined;
  };

/** Refuses images without pixels, out of which pixels should be made. */
const pixels =
  (kernelName: string, name: string): ShapeCheck =>
  (inputs) => {
    const [batch, height, width, channels] = inputs[name].shape;
    if (height * width === 0 && batch * channels > 0)
      throw new RangeError(`${kernelName}: ${name} must have pixels, got shape [${inputs[name].shape}]`);
    return undefined;
  };

/** Gradients of a resizing: as many images and channels as the images. */
const resized =
  (kernelName: string): ShapeCheck =>
  ({ images, dy }) => {
    const [batch, , , channels] = images.shape;
    requireLengths(kernelName, 'dy', dy, [batch, null, null, channels]);
    return images.shape;
  };

/** Refuses places [..., places' length] that are not inside the lengths of axes. */
function requirePlaces(
  kernelName: string,
  name: string,
  info: TensorInfo,
  lengths: readonly number[],
  backend: BackendWasm,
) {
  if (info.shape.includes(0)) return;
  const values = backend.typedArrayFromHeap(info);
  const bad = values.findIndex((value, at) => !(value >= 0 && value < lengths[at % lengths.length]));
  if (bad >= 0)
    throw new RangeError(
      `${kernelName}: ${name} must be from 0 to ${lengths[bad % lengths.length] - 1}, got ${values[bad]} at entry ${bad}`,
    );
}

const gathered: ShapeCheck = ({ params, indices }, _, backend) => {
  gather_util.prepareAndValidate(params, indices);
  requirePlaces('GatherNd', 'indices', indices, params.shape.slice(0, indices.shape.at(-1)), backend);
  return undefined;
};

const scattered =
  (kernelName: string): ShapeCheck =>
  ({ indices, updates, tensor }, attrs, backend) => {
    const ranked = (info: TensorInfo) => ({ ...info, rank: info.shape.length }) as unknown as Tensor;
    const shape = tensor?.shape ?? (attrs.shape as number[]);
    scatter_util.validateInput(ranked(updates), ranked(indices), shape);
    const width = indices.shape.length > 1 ? indices.shape.at(-1) : 1;
    requirePlaces(kernelName, 'indices', indices, shape.slice(0, width), backend);
    return undefined;
  };

const counted =
  (kernelName: string): ShapeCheck =>
  ({ x }, _, backend) => {
    requirePlaces(kernelName, 'x', x, [Infinity], backend);
    return undefined;
  };

const segments =
  (kernelName: string): ShapeCheck =>
  ({ data, indices, segmentIds }, _, backend) => {
    requireLengths(kernelName, 'segmentIds', segmentIds, indices.shape);
    requirePlaces(kernelName, 'indices', indices, [data.shape[0]], backend);
    requirePlaces(kernelName, 'segmentIds', segmentIds, [Infinity], backend);
    const ids = backend.typedArrayFromHeap(segmentIds);
    if (ids.some((id, at) => id < ids[at - 1]))
      throw new RangeError(`${kernelName}: segmentIds must not fall, got ${ids}`);
    return undefined;
  };

const sparse: ShapeCheck = ({ sparseIndices, sparseValues }, { outputShape }, backend) => {
  const { shape } = sparseIndices;
  if (sparseValues.shape.length > 0) requireLengths('SparseToDense', 'sparseValues', sparseValues, [shape[0] ?? 1]);
  const lengths = outputShape as number[];
  if (shape.length === 2) requireLengths('SparseToDense', 'sparseIndices', sparseIndices, [null, lengths.length]);
  requirePlaces('SparseToDense', 'sparseIndices', sparseIndices, lengths, backend);
  return undefined;
};

const suppressed =
  (kernelName: string): ShapeCheck =>
  ({ boxes, scores }) => {
    requireLengths(kernelName, 'boxes', boxes, [null, 4]);
    requireLengths(kernelName, 'scores', scores, [boxes.shape[0]]);
    return undefined;
  };

const upstream = (
  kernelName: string,
  { preactivations, bias, dy, x, weight }: Given,
): readonly [m: number, n: number] => {
  requireLengths(kernelName, 'preactivations', preactivations, [null, null]);
  const [m, n] = preactivations.shape;
  if (bias.shape.some((length) => length !== 1)) requireLengths(kernelName, 'bias', bias, [m, n]);
  requireLengths(kernelName, 'dy', dy, [n]);
  if (x) requireLengths(kernelName, 'x', x, [n, null]);
  if (weight) requireLengths(kernelName, 'weight', weight, [m, null]);
  return [m, n];
};

/** Checks by the names of their kernels; kernels without one check for themselves, or take any shape. */
export const shapeChecks: Readonly<Record<string, ShapeCheck>> = {
  ...windowChecks,
  AddN: (inputs, attrs, backend) => alike('AddN', ...Object.keys(inputs))(inputs, attrs, backend),
  Bincount: counted('Bincount'),
  DenseBincount: counted('DenseBincount'),
  GatherNd: gathered,
  BatchMatMul: ({ a, b }, { transposeA, transposeB }) => {
    const [k, inner] = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
    if (k !== inner)
      throw new RangeError(`matMul: inner lengths must match, got ${k} and ${inner} of [${a.shape}] and [${b.shape}]`);
    return undefined;
  },
  CentredProductSum: alike('CentredProductSum', 'dy', 'x'),
  CropAndResize: (inputs, attrs, backend) => {
    requireLengths('CropAndResize', 'boxes', inputs.boxes, [null, 4]);
    requireLengths('CropAndResize', 'boxInd', inputs.boxInd, [inputs.boxes.shape[0]]);
    requirePlaces('CropAndResize', 'boxInd', inputs.boxInd, [inputs.image.shape[0]], backend);
    return pixels('CropAndResize', 'image')(inputs, attrs, backend);
  },
  EluGrad: alike('EluGrad', 'y', 'dy'),
  KeyNormal: ({ words }) => requireLengths('KeyNormal', 'words', words, [null, 2]) as undefined,
  KeyUniform: ({ words }) => requireLengths('KeyUniform', 'words', words, [null, 2]) as undefined,
  LRNGrad: alike('LRNGrad', 'x', 'y', 'dy'),
  MirrorPad: ({ x }, { paddings, mode }) => {
    const most = (length: number) => (mode === 'reflect' ? length - 1 : length);
    const far = (paddings as number[][]).findIndex((pair, axis) =>
      pair.some((size) => size > Math.max(0, most(x.shape[axis]))),
    );
    if (far >= 0)
      throw new RangeError(
        `MirrorPad: axis ${far} of [${x.shape}] is too short for paddings ${(paddings as number[][])[far]}`,
      );
    return undefined;
  },
  NonMaxSuppressionV3: suppressed('NonMaxSuppressionV3'),
  NonMaxSuppressionV4: suppressed('NonMaxSuppressionV4'),
  NonMaxSuppressionV5: suppressed('NonMaxSuppressionV5'),
  Prelu: ({ x, alpha }) => {
    const shape = backend_util.assertAndGetBroadcastShape(x.shape, alpha.shape);
    requireLengths('Prelu', 'x', x, shape);
    return shape;
  },
  ResizeBilinear: pixels('ResizeBilinear', 'images'),
  ResizeBilinearGrad: resized('ResizeBilinearGrad'),
  ResizeNearestNeighbor: pixels('ResizeNearestNeighbor', 'images'),
  ResizeNearestNeighborGrad: resized('ResizeNearestNeighborGrad'),
  ScatterNd: scattered('ScatterNd'),
  SearchSorted: ({ sortedSequence, values }) => {
    requireLengths('SearchSorted', 'values', values, [sortedSequence.shape[0], null]);
    return undefined;
  },
  Select: ({ condition, t, e }) => {
    requireLengths('Select', 'e', e, t.shape);
    if (condition.shape.length === 1) requireLengths('Select', 'condition', condition, t.shape.slice(0, 1));
    else if (condition.shape.length > 1) requireLengths('Select', 'condition', condition, t.shape);
    return undefined;
  },
  Slice: ({ x }, { begin, size }) => {
    slice_util.assertParamsValid(
      x,
      ...(slice_util.parseSliceParams(x, begin as number[], size as number[]) as [number[], number[]]),
    );
    return undefined;
  },
  SparseFillEmptyRows: ({ indices, values, denseShape }) => {
    if (denseShape.shape[0] === 0) throw new RangeError('SparseFillEmptyRows: denseShape must have rows, got none');
    requireLengths('SparseFillEmptyRows', 'indices', indices, [null, denseShape.shape[0]]);
    requireLengths('SparseFillEmptyRows', 'values', values, [indices.shape[0]]);
    return undefined;
  },
  SparseReshape: ({ inputIndices, inputShape }) => {
    requireLengths('SparseReshape', 'inputIndices', inputIndices, [null, inputShape.shape[0]]);
    return undefined;
  },
  SparseSegmentMean: segments('SparseSegmentMean'),
  SparseSegmentSum: segments('SparseSegmentSum'),
  SparseToDense: sparse,
  SymmetricTwoLayerBiasGrad: (inputs) => upstream('SymmetricTwoLayerBiasGrad', inputs) && inputs.bias.shape,
  SymmetricTwoLayerInputGrad: (inputs) => [upstream('SymmetricTwoLayerInputGrad', inputs)[1], inputs.weight.shape[1]],
  SymmetricTwoLayerWeightGrad: (inputs) => [upstream('SymmetricTwoLayerWeightGrad', inputs)[0], inputs.x.shape[1]],
  TensorScatterUpdate: scattered('TensorScatterUpdate'),
  TopK: ({ x }, { k }) => {
    const most = x.shape.at(-1) ?? 0;
    if (!((k as number) >= 0 && (k as number) <= most))
      throw new RangeError(`TopK: k must be from 0 to ${most}, got ${k}`);
    return undefined;
  },
  Transform: ({ image, transforms }) => {
    const several = transforms.shape[0] === 1 ? 1 : image.shape[0];
    requireLengths('Transform', 'transforms', transforms, [several, 8]);
    return undefined;
  },
};
