import { InputError } from '@advml/core';
import type { AttributeMessage, TensorMessage } from './model.ts';

/** ONNX's numbers of the types of attributes. */
const TYPE = { float: 1, int: 2, text: 3, tensor: 4, floats: 6, ints: 7, texts: 8 } as const;

/** The attributes of a node; each is undefined where the node does not have it. */
export interface Attributes {
  int(name: string): number | undefined;
  ints(name: string): readonly number[] | undefined;
  float(name: string): number | undefined;
  floats(name: string): readonly number[] | undefined;
  text(name: string): string | undefined;
  texts(name: string): readonly string[] | undefined;
  tensor(name: string): TensorMessage | undefined;
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/**
 * The attributes of a node by name and type.
 *
 * @param messages - As they were read.
 * @param known - Names of all attributes that the operator has.
 * @param label - The node, for messages.
 * @throws InputError if there is one that the operator does not have, or one has another type, when it is asked for.
 */
export function attributesOf(
  messages: readonly AttributeMessage[],
  known: readonly string[],
  label: string,
): Attributes {
  const given = new Map(messages.map((message) => [message.name ?? '', message]));
  for (const [name, { refersTo }] of given) {
    if (!known.includes(name))
      throw new InputError(`${label} must have no attributes but ${known.join(', ') || 'none'}, got '${name}'`);
    if (refersTo) throw new InputError(`${label} has an attribute '${name}' of a function, which is not supported`);
  }
  /** Writers of the newer wire format leave out zeros and empty lists: the type says then that they are there. */
  const read = <K extends keyof typeof TYPE>(name: string, kind: K, empty?: AttributeMessage[K]) => {
    const message = given.get(name);
    if (message === undefined) return undefined;
    const { type } = message;
    const value = message[kind] ?? empty;
    if (value === undefined || (type !== undefined && type !== TYPE[kind]))
      throw new InputError(`${label} has an attribute '${name}' that is no ${kind}`);
    return value as NonNullable<AttributeMessage[K]>;
  };
  return {
    int: (name) => read(name, 'int', 0),
    ints: (name) => read(name, 'ints'),
    float: (name) => read(name, 'float', 0),
    floats: (name) => read(name, 'floats'),
    text: (name) => {
      const bytes = read(name, 'text', new Uint8Array());
      return bytes && decode(bytes);
    },
    texts: (name) => read(name, 'texts')?.map(decode),
    tensor: (name) => read(name, 'tensor'),
  };
}
