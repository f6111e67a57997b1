import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

/** Inputs of a kernel by name, or in a list; some may be missing. */
export type Inputs = Readonly<Record<string, TensorInfo | null | undefined>>;

type Types = readonly DataType[];

const floats: Types = ['float32'];
const whole: Types = ['int32'];
const numbers: Types = ['float32', 'int32'];
const bytes: Types = ['float32', 'int32', 'bool'];
const bools: Types = ['bool'];
const strings: Types = ['string'];
const anything: Types = ['float32', 'int32', 'bool', 'string'];

const kernels = (types: Types, ...names: readonly string[]) => names.map((name) => [name, types] as const);

/**
 * Types that a kernel takes where float32 is not all: found by comparing each with the cpu backend on each type.
 *
 * The others read four bytes an entry, as a float, whatever the type says: past the end of a bool tensor, for it has one byte.
 */
const byKernel: ReadonlyMap<string, Types> = new Map([
  ...kernels(numbers, 'Abs', 'Add', 'AddN', 'Atan', 'Bincount', 'ClipByValue', 'Cumprod', 'Cumsum', 'DenseBincount'),
  ...kernels(
    numbers,
    'Exp',
    'FloorDiv',
    'LeakyRelu',
    'Maximum',
    'Mean',
    'Minimum',
    'Neg',
    'PickRows',
    'Pow',
    'Prod',
    'Relu',
  ),
  ...kernels(numbers, 'Relu6', 'RotateWithOffset', 'Round', 'SearchSorted', 'Selu', 'Sign', 'SparseFillEmptyRows'),
  ...kernels(numbers, 'SparseSegmentMean', 'SparseSegmentSum', 'SparseToDense', 'Square', 'Step', 'Sub', 'Sum', 'TopK'),
  ...kernels(
    numbers,
    'Dilation2D',
    'Dilation2DBackpropFilter',
    'Dilation2DBackpropInput',
    'Einsum',
    'Transform',
    'UnsortedSegmentSum',
  ),
  ...kernels(bytes, 'ArgMax', 'ArgMin', 'BatchToSpaceND', 'Cast', 'DepthToSpace', 'Diag', 'Equal', 'FlipLeftRight'),
  ...kernels(
    bytes,
    'GatherNd',
    'GatherV2',
    'Greater',
    'GreaterEqual',
    'IsFinite',
    'IsInf',
    'IsNan',
    'Less',
    'LessEqual',
  ),
  ...kernels(bytes, 'Max', 'Min', 'MirrorPad', 'Multiply', 'NotEqual', 'OnesLike', 'PadV2', 'ResizeBilinear'),
  ...kernels(bytes, 'ResizeNearestNeighbor', 'Reverse', 'ScatterNd', 'Select', 'SpaceToBatchND', 'SquaredDifference'),
  ...kernels(bytes, 'StridedSlice', 'TensorScatterUpdate', 'Tile', 'Transpose', 'ZerosLike'),
  ...kernels(bools, 'All', 'Any', 'LogicalAnd', 'LogicalNot', 'LogicalOr', 'LogicalXor'),
  ...kernels(whole, 'BitwiseAnd', 'BroadcastArgs'),
  ...kernels(anything, 'Concat', 'ExpandDims', 'Identity', 'Pack', 'Reshape', 'Slice', 'SplitV', 'Unique', 'Unpack'),
  ...kernels(strings, 'StringNGrams', 'StringSplit', 'StringToHashBucketFast'),
]);

/** Inputs that mean the same wherever they stand: places are whole numbers. */
const byName: ReadonlyMap<string, Types> = new Map([
  ...kernels(whole, 'boxInd', 'dataSplits', 'denseShape', 'indices', 'inputIndices', 'inputShape', 'newShape'),
  ...kernels(whole, 'segmentIds', 'sparseIndices', 'words'),
  ...kernels(bools, 'condition'),
  ...kernels(floats, 'boxes', 'transforms'),
]);

/** Inputs that differ from the others of their kernel. */
const inKernel: Readonly<Record<string, Readonly<Record<string, Types>>>> = {
  AvgPoolGrad: { input: bytes },
  Bincount: { x: whole },
  CropAndResize: { image: bytes },
  DenseBincount: { x: whole },
  Prelu: { x: bytes },
  ResizeBilinearGrad: { images: bytes },
};

function refused(kernelName: string, name: string, types: Types, { dtype }: TensorInfo): RangeError {
  return new RangeError(
    `${kernelName} takes ${types.join(' or ')} for its input ${name}, got ${dtype}; use cast(${name}, '${types[0]}')`,
  );
}

/**
 * A check of the types that a kernel is given, before it looks at any bytes. Inputs that may be of several types must all be
 * of one.
 *
 * @param kernelName - Name in tfjs.
 * @returns A function that throws RangeError where a type is wrong, and names the way out.
 */
export function typeCheck(kernelName: string): (inputs: Inputs) => void {
  const rest = byKernel.get(kernelName) ?? floats;
  const found = new Map<string, Types>(Object.entries(inKernel[kernelName] ?? {}));
  const typesOf = (name: string): Types => {
    const types = found.get(name) ?? byName.get(name) ?? rest;
    found.set(name, types);
    return types;
  };
  return (inputs) => {
    let common: DataType | undefined;
    for (const name in inputs) {
      const input = inputs[name];
      if (input === null || input === undefined) continue;
      const types = typesOf(name);
      if (!types.includes(input.dtype)) throw refused(kernelName, name, types, input);
      if (types.length === 1) continue;
      common ??= input.dtype;
      if (input.dtype !== common) throw refused(kernelName, name, [common], input);
    }
  };
}
