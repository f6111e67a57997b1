// Small models of ONNX, written down.
import { type ATTRIBUTE, MODEL, type NODE, type TENSOR, type VALUE_INFO } from '../../src/onnx/file/model.ts';
import { type Draft, encode } from './encode.ts';

/** Numbers with a shape, for a weight or an input. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Default: `float`. */
  readonly type?: 'float' | 'int64' | 'bool' | 'int32';
}

/** What an attribute may be. Whole numbers are ints; `{ float }` is a float that happens to be whole. */
export type AttributeValue =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly float: number }
  | Numbers;

export interface NodeDraft {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly name?: string;
  readonly domain?: string;
}

export interface ModelDraft {
  readonly nodes: readonly NodeDraft[];
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly initializers?: Readonly<Record<string, Numbers>>;
  readonly outputs: readonly string[];
  readonly opset?: number;
  readonly inputType?: number;
}

const TYPES = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
const letters = (value: string) => new TextEncoder().encode(value);

export function tensorDraft(name: string, { shape, values, type = 'float' }: Numbers): Draft<typeof TENSOR> {
  const list = { float: 'floats', int64: 'int64s', bool: 'int32s', int32: 'int32s' }[type];
  return { name, dims: [...shape], dataType: TYPES[type], [list]: [...values] };
}

function attributeDraft(name: string, value: AttributeValue): Draft<typeof ATTRIBUTE> {
  if (typeof value === 'string') return { name, type: 3, text: letters(value) };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { name, type: 2, int: value } : { name, type: 1, float: value };
  if (Array.isArray(value))
    return typeof value[0] === 'string'
      ? { name, type: 8, texts: (value as string[]).map(letters) }
      : (value as number[]).every(Number.isInteger)
        ? { name, type: 7, ints: [...(value as number[])] }
        : { name, type: 6, floats: [...(value as number[])] };
  if ('float' in (value as object)) return { name, type: 1, float: (value as { float: number }).float };
  return { name, type: 4, tensor: tensorDraft('', value as Numbers) };
}

const nodeDraft = ({ operator, inputs, outputs, attributes = {}, name, domain }: NodeDraft): Draft<typeof NODE> => ({
  operator,
  inputs: [...inputs],
  outputs: [...outputs],
  name,
  domain,
  attributes: Object.entries(attributes).map(([key, value]) => attributeDraft(key, value)),
});

const valueDraft = (name: string, shape?: readonly (number | string)[], elementType = 1): Draft<typeof VALUE_INFO> => ({
  name,
  type: {
    tensor: {
      elementType,
      shape: shape && {
        dimensions: shape.map((each) => (typeof each === 'number' ? { value: each } : { name: each })),
      },
    },
  },
});

/** A model as a message, which tests may change before they write it. */
export function modelDraft(draft: ModelDraft): Draft<typeof MODEL> & { graph: object } {
  const { nodes, inputs, initializers = {}, outputs, opset = 17, inputType } = draft;
  return {
    irVersion: 8,
    opsets: [{ domain: '', version: opset }],
    graph: {
      nodes: nodes.map(nodeDraft),
      initializers: Object.entries(initializers).map(([name, numbers]) => tensorDraft(name, numbers)),
      inputs: Object.entries(inputs).map(([name, shape]) => valueDraft(name, shape, inputType)),
      outputs: outputs.map((name) => ({ name })),
    },
  };
}

/** The bytes of a model. */
export const modelBytes = (draft: ModelDraft) => encode(MODEL, modelDraft(draft));
