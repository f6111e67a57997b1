import type { DataType, NamedAttrMap } from '@tensorflow/tfjs-core';

/** An input of a kernel: numbers of any kind, or positions, which must stay below a limit. */
export interface Given {
  readonly shape: readonly number[];
  /** Whole numbers from 0 up to, not including, this one; numbers around 0 if there is no limit. */
  readonly below?: number;
  /** The values themselves, where only some make sense. */
  readonly values?: readonly (number | string)[];
  /** What the kernel is made for. Default: float32. */
  readonly dtype: DataType;
}

/** One call of a kernel. */
export interface Case {
  readonly inputs: Readonly<Record<string, Given>>;
  readonly attrs?: NamedAttrMap;
}

const of = (...shape: number[]): Given => ({ shape, dtype: 'float32' });
const below = (limit: number, ...shape: number[]): Given => ({ shape, below: limit, dtype: 'int32' });
const typed = (dtype: DataType, given: Given): Given => ({ ...given, dtype });
const exactly = (shape: number[], ...values: (number | string)[]): Given => ({
  shape,
  values,
  dtype: typeof values[0] === 'string' ? 'string' : 'int32',
});
const one = typed('float32', exactly([], 1));

const unary = [
  ...['Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Cos', 'Cosh', 'Elu', 'Erf', 'Exp', 'Expm1'],
  ...['Floor', 'Identity', 'IsFinite', 'IsInf', 'IsNan', 'Log', 'Log1p', 'Neg', 'OnesLike', 'Reciprocal'],
  ...['Relu', 'Relu6', 'Round', 'Rsqrt', 'Selu', 'Sigmoid', 'Sign', 'Sin', 'Sinh', 'Softplus', 'Sqrt', 'Square', 'Tan'],
  ...['Tanh', 'ZerosLike'],
];
const logical = ['LogicalAnd', 'LogicalOr', 'LogicalXor'];
const binary = [
  ...['Add', 'Atan2', 'Equal', 'FloorDiv', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'],
  ...['Maximum', 'Minimum', 'Mod', 'Multiply', 'NotEqual', 'Pow', 'RealDiv'],
  ...['SquaredDifference', 'Sub'],
];
const reduction = ['All', 'Any', 'Mean', 'Prod', 'Sum'];

const pair = (a: Given, b: Given): Case => ({ inputs: { a, b } });
const truth = (...shape: number[]): Given => typed('bool', of(...shape));

const pool = { filterSize: [2, 2], strides: [1, 1], pad: 'valid' } as const;
const pool3 = { filterSize: [2, 2, 1], strides: [1, 1, 1], pad: 'valid', dataFormat: 'NDHWC' } as const;
const convolution = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1] } as const;
const convolution3 = { strides: [1, 1, 1], pad: 'valid', dataFormat: 'NDHWC', dilations: [1, 1, 1] } as const;
const dilation = { strides: [1, 1], pad: 'valid', dilations: [1, 1], dataFormat: 'NHWC' } as const;
const fused = { ...convolution, activation: 'linear', leakyreluAlpha: 0.2 } as const;
const boxes = typed('float32', exactly([3, 4], 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0));

/** Calls of every kernel of the backend, by its name: what each needs at least, and shapes that differ. */
export const cases: Readonly<Record<string, readonly Case[]>> = {
  ...Object.fromEntries(unary.map((name) => [name, [{ inputs: { x: of(2, 5) } }]])),
  ...Object.fromEntries(binary.map((name) => [name, [pair(of(2, 5), of(2, 5)), pair(of(3, 1), of(4))]])),
  ...Object.fromEntries(logical.map((name) => [name, [pair(truth(2, 5), truth(2, 5)), pair(truth(3, 1), truth(4))]])),
  BitwiseAnd: [pair(below(9, 2, 5), below(9, 2, 5))],
  LogicalNot: [{ inputs: { x: truth(2, 5) } }],
  ...Object.fromEntries(
    reduction.map((name) => {
      const kind = name === 'All' || name === 'Any' ? truth : of;
      return [
        name,
        [
          { inputs: { x: kind(3, 5) }, attrs: { axis: [1], keepDims: false } },
          { inputs: { x: kind(3, 5) }, attrs: { axis: [0], keepDims: true } },
          { inputs: { x: kind(2, 3, 4) }, attrs: { axis: [0, 2], keepDims: false } },
        ],
      ];
    }),
  ),
  AddN: [{ inputs: { 0: of(2, 3), 1: of(2, 3), 2: of(2, 3) } }],
  ArgMax: [
    { inputs: { x: of(3, 5) }, attrs: { axis: 1 } },
    { inputs: { x: of(3, 5) }, attrs: { axis: 0 } },
  ],
  ArgMin: [
    { inputs: { x: of(3, 5) }, attrs: { axis: 1 } },
    { inputs: { x: of(3, 5) }, attrs: { axis: 0 } },
  ],
  AvgPool: [{ inputs: { x: of(2, 4, 4, 3) }, attrs: pool }],
  AvgPoolGrad: [{ inputs: { dy: of(2, 3, 3, 2), input: of(2, 4, 4, 2) }, attrs: pool }],
  AvgPool3D: [{ inputs: { x: of(1, 3, 3, 3, 2) }, attrs: pool3 }],
  AvgPool3DGrad: [{ inputs: { dy: of(1, 2, 2, 3, 2), input: of(1, 3, 3, 3, 2) }, attrs: pool3 }],
  BatchMatMul: [
    { inputs: { a: of(1, 3, 4), b: of(1, 4, 5) }, attrs: { transposeA: false, transposeB: false } },
    { inputs: { a: of(2, 4, 3), b: of(2, 5, 4) }, attrs: { transposeA: true, transposeB: true } },
  ],
  BatchToSpaceND: [
    {
      inputs: { x: of(4, 2, 2, 1) },
      attrs: {
        blockShape: [2, 2],
        crops: [
          [0, 0],
          [0, 0],
        ],
      },
    },
  ],
  Bincount: [{ inputs: { x: below(2, 7), weights: of(7) }, attrs: { size: 3 } }],
  BroadcastArgs: [{ inputs: { s0: exactly([2], 2, 1), s1: exactly([2], 1, 3) } }],
  Cast: ['float32', 'int32', 'bool'].map((dtype) => ({ inputs: { x: of(2, 5) }, attrs: { dtype } })),
  CentredProductSum: [{ inputs: { dy: of(6, 3), x: of(6, 3), mean: of(3) } }],
  ClipByValue: [{ inputs: { x: of(5, 7) }, attrs: { clipValueMin: 0, clipValueMax: 1 } }],
  Concat: [
    { inputs: { 0: of(2, 3), 1: of(2, 3) }, attrs: { axis: 0 } },
    { inputs: { 0: of(2, 3), 1: of(2, 2) }, attrs: { axis: 1 } },
  ],
  Conv2D: [
    { inputs: { x: of(2, 4, 4, 3), filter: of(2, 2, 3, 2) }, attrs: convolution },
    { inputs: { x: of(1, 4, 4, 3), filter: of(1, 1, 3, 33) }, attrs: convolution },
  ],
  Conv2DBackpropFilter: [
    { inputs: { x: of(2, 4, 4, 3), dy: of(2, 4, 4, 2) }, attrs: { ...convolution, filterShape: [2, 2, 3, 2] } },
  ],
  Conv2DBackpropInput: [
    { inputs: { dy: of(2, 4, 4, 2), filter: of(2, 2, 3, 2) }, attrs: { ...convolution, inputShape: [2, 4, 4, 3] } },
  ],
  Conv3D: [
    {
      inputs: { x: of(1, 3, 3, 3, 2), filter: of(2, 2, 2, 2, 2) },
      attrs: { strides: [1, 1, 1], pad: 'same', dataFormat: 'NDHWC', dilations: [1, 1, 1] },
    },
  ],
  Conv3DBackpropFilterV2: [
    {
      inputs: { x: of(1, 3, 3, 3, 2), dy: of(1, 2, 2, 2, 2) },
      attrs: { ...convolution3, filterShape: [2, 2, 2, 2, 2] },
    },
  ],
  Conv3DBackpropInputV2: [
    {
      inputs: { dy: of(1, 2, 2, 2, 2), filter: of(2, 2, 2, 2, 2) },
      attrs: { ...convolution3, inputShape: [1, 3, 3, 3, 2] },
    },
  ],
  Dilation2D: [{ inputs: { x: of(1, 4, 4, 2), filter: of(2, 2, 2) }, attrs: dilation }],
  Dilation2DBackpropFilter: [
    { inputs: { x: of(1, 4, 4, 2), filter: of(2, 2, 2), dy: of(1, 3, 3, 2) }, attrs: dilation },
  ],
  Dilation2DBackpropInput: [
    { inputs: { x: of(1, 4, 4, 2), filter: of(2, 2, 2), dy: of(1, 3, 3, 2) }, attrs: dilation },
  ],
  Einsum: [{ inputs: { 0: of(2, 3), 1: of(3, 4) }, attrs: { equation: 'ij,jk->ik' } }],
  MaxPool3D: [{ inputs: { x: of(1, 3, 3, 3, 2) }, attrs: pool3 }],
  MaxPool3DGrad: [
    { inputs: { dy: of(1, 2, 2, 3, 2), input: of(1, 3, 3, 3, 2), output: of(1, 2, 2, 3, 2) }, attrs: pool3 },
  ],
  CropAndResize: [
    {
      inputs: {
        image: of(2, 4, 4, 3),
        boxes: typed('float32', exactly([2, 4], 0, 0, 1, 1, 0, 0, 1, 1)),
        boxInd: below(2, 2),
      },
      attrs: { cropSize: [2, 3], method: 'bilinear', extrapolationValue: 0 },
    },
  ],
  Cumprod: [{ inputs: { x: of(3, 5) }, attrs: { axis: 1, exclusive: false, reverse: false } }],
  Cumsum: [{ inputs: { x: of(3, 5) }, attrs: { axis: 0, exclusive: true, reverse: false } }],
  DenseBincount: [
    { inputs: { x: below(2, 7), weights: of(7) }, attrs: { size: 3, binaryOutput: false } },
    { inputs: { x: below(2, 3, 4), weights: of(3, 4) }, attrs: { size: 3, binaryOutput: false } },
  ],
  DepthToSpace: [{ inputs: { x: of(1, 2, 2, 4) }, attrs: { blockSize: 2, dataFormat: 'NHWC' } }],
  DepthwiseConv2dNative: [{ inputs: { x: of(2, 4, 4, 3), filter: of(2, 2, 3, 2) }, attrs: convolution }],
  DepthwiseConv2dNativeBackpropFilter: [
    { inputs: { x: of(2, 4, 4, 3), dy: of(2, 4, 4, 6) }, attrs: { ...convolution, filterShape: [2, 2, 3, 2] } },
  ],
  DepthwiseConv2dNativeBackpropInput: [
    { inputs: { dy: of(2, 4, 4, 6), filter: of(2, 2, 3, 2) }, attrs: { ...convolution, inputShape: [2, 4, 4, 3] } },
  ],
  Diag: [{ inputs: { x: of(5) } }],
  EluGrad: [{ inputs: { dy: of(2, 5), y: of(2, 5) } }],
  ExpandDims: [{ inputs: { input: of(2, 3) }, attrs: { dim: 1 } }],
  Fill: [{ inputs: {}, attrs: { shape: [2, 3], value: 1, dtype: 'float32' } }],
  FlipLeftRight: [{ inputs: { image: of(2, 3, 4, 2) } }],
  FusedBatchNorm: [
    {
      inputs: { x: of(2, 3, 4), mean: of(4), variance: typed('float32', below(3, 4)), offset: of(4), scale: of(4) },
      attrs: { varianceEpsilon: 0.5 },
    },
  ],
  FusedConv2D: [{ inputs: { x: of(2, 4, 4, 3), filter: of(2, 2, 3, 2), bias: of(2) }, attrs: fused }],
  FusedDepthwiseConv2D: [{ inputs: { x: of(2, 4, 4, 3), filter: of(2, 2, 3, 2), bias: of(6) }, attrs: fused }],
  GatherNd: [{ inputs: { params: of(3, 4), indices: below(2, 3, 1) } }],
  GatherV2: [{ inputs: { x: of(3, 4), indices: below(2, 5) }, attrs: { axis: 0, batchDims: 0 } }],
  KeyNormal: [{ inputs: { words: below(9, 3, 2) }, attrs: { shape: [4], deviation: 1 } }],
  KeyUniform: [{ inputs: { words: below(9, 3, 2) }, attrs: { shape: [4], low: 0, high: 1 } }],
  LRN: [{ inputs: { x: of(1, 2, 2, 5) }, attrs: { depthRadius: 1, bias: 1, alpha: 1, beta: 0.5 } }],
  LRNGrad: [
    {
      inputs: { x: of(1, 2, 2, 5), y: of(1, 2, 2, 5), dy: of(1, 2, 2, 5) },
      attrs: { depthRadius: 1, bias: 1, alpha: 1, beta: 0.5 },
    },
  ],
  LeakyRelu: [{ inputs: { x: of(2, 5) }, attrs: { alpha: 0.5 } }],
  LinSpace: [{ inputs: {}, attrs: { start: 0, stop: 1, num: 5 } }],
  LogSoftmax: [{ inputs: { logits: of(2, 5) }, attrs: { axis: -1 } }],
  Max: [
    { inputs: { x: of(3, 5) }, attrs: { reductionIndices: [1], keepDims: false } },
    { inputs: { x: of(3, 5) }, attrs: { reductionIndices: [0], keepDims: false } },
  ],
  MaxPool: [{ inputs: { x: of(2, 4, 4, 3) }, attrs: pool }],
  MaxPoolGrad: [{ inputs: { dy: of(2, 3, 3, 2), input: of(2, 4, 4, 2), output: of(2, 3, 3, 2) }, attrs: pool }],
  MaxPoolWithArgmax: [{ inputs: { x: of(1, 4, 4, 2) }, attrs: { ...pool, includeBatchInIndex: false } }],
  Min: [
    { inputs: { x: of(3, 5) }, attrs: { axis: [1], keepDims: false } },
    { inputs: { x: of(3, 5) }, attrs: { axis: [0], keepDims: false } },
  ],
  MirrorPad: [
    {
      inputs: { x: of(3, 4) },
      attrs: {
        paddings: [
          [1, 1],
          [2, 0],
        ],
        mode: 'reflect',
      },
    },
  ],
  NonMaxSuppressionV3: [
    { inputs: { boxes, scores: of(3) }, attrs: { maxOutputSize: 2, iouThreshold: 0.5, scoreThreshold: -9 } },
  ],
  NonMaxSuppressionV4: [
    {
      inputs: { boxes, scores: of(3) },
      attrs: { maxOutputSize: 2, iouThreshold: 0.5, scoreThreshold: -9, padToMaxOutputSize: false },
    },
  ],
  NonMaxSuppressionV5: [
    {
      inputs: { boxes, scores: of(3) },
      attrs: { maxOutputSize: 2, iouThreshold: 0.5, scoreThreshold: -9, softNmsSigma: 0 },
    },
  ],
  OneHot: [{ inputs: { indices: below(2, 5) }, attrs: { depth: 3, onValue: 1, offValue: 0, dtype: 'int32' } }],
  Pack: [
    { inputs: { 0: of(2, 3), 1: of(2, 3) }, attrs: { axis: 0 } },
    { inputs: { 0: of(2, 3), 1: of(2, 3) }, attrs: { axis: 1 } },
  ],
  PadV2: [
    {
      inputs: { x: of(3, 4) },
      attrs: {
        paddings: [
          [1, 1],
          [2, 0],
        ],
        constantValue: 1,
      },
    },
  ],
  Prelu: [{ inputs: { x: of(2, 5), alpha: of(5) } }, { inputs: { x: of(2, 5), alpha: of(2, 5) } }],
  Range: [{ inputs: {}, attrs: { start: 0, stop: 5, step: 1, dtype: 'int32' } }],
  Reshape: [{ inputs: { x: of(2, 6) }, attrs: { shape: [3, -1] } }],
  ResizeBilinear: [
    { inputs: { images: of(1, 3, 3, 2) }, attrs: { alignCorners: false, halfPixelCenters: false, size: [5, 4] } },
  ],
  ResizeBilinearGrad: [{ inputs: { images: of(1, 3, 3, 2), dy: of(1, 5, 4, 2) }, attrs: { alignCorners: false } }],
  ResizeNearestNeighbor: [
    { inputs: { images: of(1, 3, 3, 2) }, attrs: { alignCorners: false, halfPixelCenters: false, size: [5, 4] } },
  ],
  ResizeNearestNeighborGrad: [
    { inputs: { images: of(1, 3, 3, 2), dy: of(1, 5, 4, 2) }, attrs: { alignCorners: false } },
  ],
  Reverse: [
    { inputs: { x: of(5, 4) }, attrs: { dims: [0] } },
    { inputs: { x: of(3, 4) }, attrs: { dims: [0, 1] } },
  ],
  FreeGradient: [],
  PackedProduct: [],
  PickRows: [],
  ProjectDelta: [],
  ReducePanel: [],
  ReflectRows: [],
  RidgeAscent: [],
  RotateWithOffset: [{ inputs: { image: of(1, 4, 4, 3) }, attrs: { radians: 0.5, fillValue: 0, center: [0.5, 0.5] } }],
  ScatterNd: [{ inputs: { indices: exactly([2, 1], 1, 0), updates: of(2, 3) }, attrs: { shape: [4, 3] } }],
  SearchSorted: [
    {
      inputs: { sortedSequence: typed('float32', exactly([1, 3], 0, 1, 1)), values: of(1, 5) },
      attrs: { side: 'left' },
    },
  ],
  Select: [
    { inputs: { condition: typed('bool', below(2, 2, 5)), t: of(2, 5), e: of(2, 5) } },
    { inputs: { condition: typed('bool', below(2, 3)), t: of(3, 4), e: of(3, 4) } },
  ],
  Slice: [
    { inputs: { x: of(4, 5) }, attrs: { begin: [1, 1], size: [2, 3] } },
    { inputs: { x: of(4, 5) }, attrs: { begin: [1, 0], size: [2, 5] } },
    { inputs: { x: of(2, 3, 2, 2, 2) }, attrs: { begin: [0, 1, 0, 0, 0], size: [2, 1, 2, 2, 1] } },
  ],
  Softmax: [{ inputs: { logits: of(2, 5) }, attrs: { dim: 1 } }],
  SpaceToBatchND: [
    {
      inputs: { x: of(1, 4, 4, 1) },
      attrs: {
        blockShape: [2, 2],
        paddings: [
          [0, 0],
          [0, 0],
        ],
      },
    },
  ],
  SparseFillEmptyRows: [
    {
      inputs: {
        indices: exactly([2, 2], 0, 0, 1, 1),
        values: of(2),
        denseShape: exactly([2], 3, 2),
        defaultValue: one,
      },
    },
  ],
  SparseReshape: [
    {
      inputs: {
        inputIndices: exactly([2, 2], 0, 0, 1, 1),
        inputShape: exactly([2], 2, 2),
        newShape: exactly([2], 4, 1),
      },
    },
  ],
  SparseSegmentMean: [{ inputs: { data: of(3, 4), indices: below(2, 4), segmentIds: exactly([4], 0, 0, 1, 1) } }],
  SparseSegmentSum: [{ inputs: { data: of(3, 4), indices: below(2, 4), segmentIds: exactly([4], 0, 0, 1, 1) } }],
  SparseToDense: [
    {
      inputs: { sparseIndices: exactly([2], 0, 1), sparseValues: of(2), defaultValue: one },
      attrs: { outputShape: [4] },
    },
  ],
  SplitV: [{ inputs: { x: of(2, 6) }, attrs: { numOrSizeSplits: 2, axis: 1 } }],
  Step: [{ inputs: { x: of(2, 5) }, attrs: { alpha: 0.5 } }],
  StridedSlice: [
    {
      inputs: { x: of(5, 4) },
      attrs: {
        ...{ begin: [0, 0], end: [5, 4], strides: [2, 3], beginMask: 0, endMask: 0 },
        ...{ ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 },
      },
    },
  ],
  StringNGrams: [
    {
      inputs: { data: exactly([3], 'a', 'b', 'c'), dataSplits: exactly([3], 0, 2, 3) },
      attrs: {
        separator: '-',
        nGramWidths: [2],
        leftPad: 'x',
        rightPad: 'y',
        padWidth: 1,
        preserveShortSequences: false,
      },
    },
  ],
  StringSplit: [
    { inputs: { input: exactly([2], 'a b', 'c'), delimiter: exactly([], ' ') }, attrs: { skipEmpty: true } },
  ],
  StringToHashBucketFast: [{ inputs: { input: exactly([2], 'a', 'b') }, attrs: { numBuckets: 7 } }],
  SymmetricTwoLayer: [{ inputs: { x: of(3, 4), weight: of(5, 4), bias: one } }],
  SymmetricTwoLayerBiasGrad: [{ inputs: { preactivations: of(5, 3), bias: one, dy: of(3) } }],
  SymmetricTwoLayerInputGrad: [{ inputs: { preactivations: of(5, 3), bias: one, dy: of(3), weight: of(5, 4) } }],
  SymmetricTwoLayerWeightGrad: [{ inputs: { preactivations: of(5, 3), bias: one, dy: of(3), x: of(3, 4) } }],
  TensorScatterUpdate: [{ inputs: { tensor: of(4, 3), indices: exactly([2, 1], 1, 0), updates: of(2, 3) } }],
  Tile: [{ inputs: { x: of(2, 3) }, attrs: { reps: [2, 2] } }],
  TopK: [{ inputs: { x: of(2, 5) }, attrs: { k: 2, sorted: true } }],
  Transform: [
    {
      inputs: { image: of(1, 4, 4, 2), transforms: typed('float32', exactly([1, 8], 1, 0, 1, 0, 1, 0, 0, 0)) },
      attrs: { interpolation: 'nearest', fillMode: 'constant', fillValue: 0, outputShape: [4, 4] },
    },
  ],
  Transpose: [
    { inputs: { x: of(3, 4) }, attrs: { perm: [1, 0] } },
    { inputs: { x: of(2, 3, 4) }, attrs: { perm: [2, 1, 0] } },
    { inputs: { x: of(2, 3, 2, 2, 3, 2) }, attrs: { perm: [0, 3, 4, 1, 5, 2] } },
  ],
  Unique: [{ inputs: { x: of(7) }, attrs: { axis: 0 } }],
  Unpack: [
    { inputs: { value: of(3, 4) }, attrs: { axis: 0 } },
    { inputs: { value: of(3, 2) }, attrs: { axis: 1 } },
  ],
  UnsortedSegmentSum: [{ inputs: { x: of(4, 3), segmentIds: below(2, 4) }, attrs: { numSegments: 3 } }],
  _FusedMatMul: [
    {
      inputs: { a: of(1, 3, 4), b: of(1, 4, 5), bias: of(5) },
      attrs: { transposeA: false, transposeB: false, activation: 'relu', leakyreluAlpha: 0 },
    },
  ],
  Multinomial: [],
};
