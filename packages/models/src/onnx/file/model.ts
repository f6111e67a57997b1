import { bytes, double, integer, type Message, many, natural, one, single, text } from './message.ts';

// The fields of ONNX's messages that a reader of models needs, with their public numbers
// (https://onnx.ai/onnx/intro/concepts.html and onnx.proto, IR versions 3 to 13).

const PAIR = { key: one(1, text), value: one(2, text) };

/** Numbers with a shape. */
export const TENSOR = {
  dims: many(1, integer),
  dataType: one(2, integer),
  floats: many(4, single),
  int32s: many(5, integer),
  int64s: many(7, integer),
  name: one(8, text),
  raw: one(9, bytes),
  doubles: many(10, double),
  uint64s: many(11, natural),
  externalData: many(13, PAIR),
  dataLocation: one(14, integer),
};

/** A value beside a node that is known before the graph runs. */
export const ATTRIBUTE = {
  name: one(1, text),
  float: one(2, single),
  int: one(3, integer),
  text: one(4, bytes),
  tensor: one(5, TENSOR),
  floats: many(7, single),
  ints: many(8, integer),
  texts: many(9, bytes),
  type: one(20, integer),
  refersTo: one(21, text),
};

/** A call of an operator. */
export const NODE = {
  inputs: many(1, text),
  outputs: many(2, text),
  name: one(3, text),
  operator: one(4, text),
  attributes: many(5, ATTRIBUTE),
  domain: one(7, text),
};

const DIMENSION = { value: one(1, integer), name: one(2, text) };
const SHAPE = { dimensions: many(1, DIMENSION) };
const TENSOR_TYPE = { elementType: one(1, integer), shape: one(2, SHAPE) };

/** A value of the graph and its type. */
export const VALUE_INFO = { name: one(1, text), type: one(2, { tensor: one(1, TENSOR_TYPE) }) };

/** Nodes in the order in which they run, and the values that go in and come out. */
export const GRAPH = {
  nodes: many(1, NODE),
  initializers: many(5, TENSOR),
  inputs: many(11, VALUE_INFO),
  outputs: many(12, VALUE_INFO),
  sparseInitializers: many(15, { values: one(1, TENSOR) }),
};

/** A whole file. */
export const MODEL = {
  irVersion: one(1, integer),
  producer: one(2, text),
  graph: one(7, GRAPH),
  opsets: many(8, { domain: one(1, text), version: one(2, integer) }),
};

export type TensorMessage = Message<typeof TENSOR>;
export type AttributeMessage = Message<typeof ATTRIBUTE>;
export type NodeMessage = Message<typeof NODE>;
export type ValueInfoMessage = Message<typeof VALUE_INFO>;
export type GraphMessage = Message<typeof GRAPH>;
export type ModelMessage = Message<typeof MODEL>;
