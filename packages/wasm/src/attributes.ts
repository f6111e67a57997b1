import { util } from '@tensorflow/tfjs-core';

/** What a kernel is given, as far as its attributes depend on it. */
interface Given {
  readonly [name: string]: { readonly shape: readonly number[] } | undefined;
}

/** Brings one attribute into the form that the code of this package reads. */
type Rule = (value: unknown, given: Given) => unknown;

/** Axes counted from the front; all of them if none is named. `extra`: axes that the result has beyond the input's. */
function counted(value: unknown, given: Given, of: string, extra = 0): number[] {
  const places = Array<number>((given[of]?.shape.length ?? 0) + extra).fill(0);
  return util.parseAxisParam(value as number | number[], places);
}

const axis =
  (of: string, extra = 0): Rule =>
  (value, given) =>
    counted(value ?? 0, given, of, extra)[0];

const axes =
  (of: string): Rule =>
  (value, given) => {
    const each = counted(value, given, of).sort((a, b) => a - b);
    const twice = each.find((axis, at) => axis === each[at - 1]);
    if (twice !== undefined)
      throw new RangeError(`axes must differ, got [${value}]: of [${given[of]?.shape}] axis ${twice} is named twice`);
    return each;
  };

/** How many of the first axes; a negative number says how many of the last are left over. */
const leading =
  (of: string): Rule =>
  (value, given) =>
    (value as number) < 0 ? (value as number) + (given[of]?.shape.length ?? 0) : value;

/** A number for each axis. Default: 1. */
const perAxis =
  (count: number): Rule =>
  (value) =>
    Array.isArray(value) ? value : Array(count).fill(value ?? 1);

const usually =
  (usual: unknown): Rule =>
  (value) =>
    value ?? usual;

const filters = (count: number, usual: string) => ({
  strides: perAxis(count),
  dilations: perAxis(count),
  dataFormat: usually(usual),
});
/** As tfjs fills it in where it does not fuse. */
const activation = { leakyreluAlpha: usually(0.2) };
const windows = (count: number) => ({ filterSize: perAxis(count), strides: perAxis(count) });

const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  ...alike(['Sum', 'Mean', 'Prod', 'Min', 'All', 'Any'], { axis: axes('x') }),
  Max: { reductionIndices: axes('x') },
  Reverse: { dims: axes('x') },
  ...alike(['ArgMax', 'ArgMin', 'Cumsum', 'Cumprod', 'SplitV'], { axis: axis('x') }),
  GatherV2: { axis: axis('x'), batchDims: leading('indices') },
  Concat: { axis: axis('0') },
  Pack: { axis: axis('0', 1) },
  Unpack: { axis: axis('value') },
  ExpandDims: { dim: axis('input', 1) },
  Softmax: { dim: axis('logits') },
  LogSoftmax: { axis: axis('logits') },
  ...alike(['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'], filters(2, 'NHWC')),
  ...alike(
    ['DepthwiseConv2dNative', 'DepthwiseConv2dNativeBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
    filters(2, 'NHWC'),
  ),
  ...alike(['FusedConv2D', 'FusedDepthwiseConv2D'], { ...filters(2, 'NHWC'), ...activation }),
  _FusedMatMul: activation,
  ...alike(['Dilation2D', 'Dilation2DBackpropInput', 'Dilation2DBackpropFilter'], filters(2, 'NHWC')),
  ...alike(['Conv3D', 'Conv3DBackpropInputV2', 'Conv3DBackpropFilterV2'], filters(3, 'NDHWC')),
  ...alike(['MaxPool', 'MaxPoolGrad', 'MaxPoolWithArgmax', 'AvgPool', 'AvgPoolGrad'], windows(2)),
  ...alike(['MaxPool3D', 'MaxPool3DGrad', 'AvgPool3D', 'AvgPool3DGrad'], windows(3)),
};

function alike<Each>(names: readonly string[], each: Each): Record<string, Each> {
  return Object.fromEntries(names.map((name) => [name, each]));
}

const ruleEntries = new Map(Object.entries(rules).map(([kernelName, own]) => [kernelName, Object.entries(own)]));

/** Whether a kernel has attributes that can be told in several ways. */
export function hasManyForms(kernelName: string): boolean {
  return ruleEntries.has(kernelName);
}

/**
 * The attributes of a kernel's run in one form, of the several that tfjs takes: axes counted from the front, lists in
 * place of single numbers, what is null or missing filled in. All gradients and kernels of this package see them so.
 *
 * @param given - The inputs by name, or position in a list; those that a rule needs for their number of axes.
 */
export function plainAttributes<Attributes extends object>(
  kernelName: string,
  given: object,
  attrs: Attributes,
): Attributes {
  const own = ruleEntries.get(kernelName);
  if (own === undefined) return attrs;
  const plain = Object.fromEntries(Object.entries(attrs));
  for (const [name, rule] of own) plain[name] = rule(plain[name], given as Given);
  return plain as Attributes;
}
