import { type GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter';
import type { io } from '@tensorflow/tfjs-core';

/** A node of a TensorFlow graph as JSON. */
export interface GraphNodeJson {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
/** A text attribute. */
export const text = (value: string) => ({ s: base64(value) });
/** An attribute that is a list of texts. */
export const texts = (...values: string[]) => ({ list: { s: values.map(base64) } });
/** An attribute that is a list of whole numbers. */
export const list = (...values: number[]) => ({ list: { i: values.map(String) } });

/** An input of the given shape; -1 stands for any length. */
export const placeholder = (name: string, shape: readonly number[], type = 'DT_FLOAT'): GraphNodeJson => ({
  name,
  op: 'Placeholder',
  attr: { dtype: { type }, shape: { shape: { dim: shape.map((size) => ({ size: String(size) })) } } },
});

/** Constants of a graph by name. */
export type GraphWeights = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
>;

const isWhole = (name: string) => name.startsWith('int_');

/** A graph model of some nodes and weights; those whose name begins with `int_` are whole numbers. */
export function graphModel(nodes: readonly GraphNodeJson[], weights: GraphWeights = {}): GraphModel<io.IOHandlerSync> {
  const entries = Object.entries(weights);
  const constants = entries.map(([name]): GraphNodeJson => {
    const type = isWhole(name) ? 'DT_INT32' : 'DT_FLOAT';
    return { name, op: 'Const', attr: { dtype: { type } } };
  });
  const data = entries.map(([name, { values }]) =>
    isWhole(name) ? Int32Array.from(values) : Float32Array.from(values),
  );
  return loadGraphModelSync({
    format: 'graph-model',
    modelTopology: { node: [...constants, ...nodes], versions: { producer: 1 } },
    weightSpecs: entries.map(([name, { shape }]) => ({
      name,
      shape: [...shape],
      dtype: isWhole(name) ? 'int32' : 'float32',
    })),
    weightData: Uint8Array.from(data.flatMap((array) => [...new Uint8Array(array.buffer)])).buffer,
  });
}
