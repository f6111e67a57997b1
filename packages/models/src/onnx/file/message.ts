import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** How one value stands in a file: its wire type, and the call that reads it. */
export interface Scalar<T> {
  readonly wire: WireType;
  readonly read: (reader: BinaryReader) => T;
}

/** A field of a message: its number, what it holds, and whether there may be many. */
export interface Field<T = unknown, Many extends boolean = boolean> {
  readonly number: number;
  readonly holds: Scalar<T> | Fields;
  readonly many: Many;
}

/** The fields of a message by name; fields of a file that have no name here are skipped. */
export interface Fields {
  readonly [name: string]: Field;
}

type Held<F extends Field> =
  F['holds'] extends Scalar<infer T> ? T : F['holds'] extends Fields ? Message<F['holds']> : never;

/** What {@link readMessage} gives: lists for fields that may occur many times, undefined for others that are not there. */
export type Message<F extends Fields> = {
  readonly [Name in keyof F]: F[Name]['many'] extends true ? Held<F[Name]>[] : Held<F[Name]> | undefined;
};

/** A field that occurs once. */
export function one<H extends Scalar<unknown> | Fields>(number: number, holds: H) {
  return { number, holds, many: false } as const;
}

/** A field that may occur many times. */
export function many<H extends Scalar<unknown> | Fields>(number: number, holds: H) {
  return { number, holds, many: true } as const;
}

/** Text, UTF-8. */
export const text: Scalar<string> = { wire: WireType.LengthDelimited, read: (reader) => reader.string() };
/** Bytes, as a view of the file. */
export const bytes: Scalar<Uint8Array> = { wire: WireType.LengthDelimited, read: (reader) => reader.bytes() };
/** Whole numbers of 64 bits, rounded where they are beyond 2^53. */
export const integer: Scalar<number> = { wire: WireType.Varint, read: (reader) => Number(reader.int64()) };
/** The same without a sign. */
export const natural: Scalar<number> = { wire: WireType.Varint, read: (reader) => Number(reader.uint64()) };
/** Numbers of single precision. */
export const single: Scalar<number> = { wire: WireType.Bit32, read: (reader) => reader.float() };
/** Numbers of double precision. */
export const double: Scalar<number> = { wire: WireType.Bit64, read: (reader) => reader.double() };

const isScalar = (holds: Scalar<unknown> | Fields): holds is Scalar<unknown> => typeof holds.read === 'function';

/** The values of one occurrence of a field; numbers may be packed, several in one occurrence. */
function valuesOf({ holds, many }: Field, wire: WireType, reader: BinaryReader): unknown[] {
  if (!isScalar(holds)) {
    if (wire !== WireType.LengthDelimited) throw new RangeError(`wire type ${wire} where a message should be`);
    return [readMessage(holds, reader.bytes())];
  }
  if (wire === holds.wire) return [holds.read(reader)];
  if (!many || wire !== WireType.LengthDelimited) throw new RangeError(`wire type ${wire} instead of ${holds.wire}`);
  const packed = new BinaryReader(reader.bytes());
  const values: unknown[] = [];
  while (packed.pos < packed.len) values.push(holds.read(packed));
  return values;
}

/**
 * Reads a message.
 *
 * Every length is checked against the bytes that are there. What is given takes no more memory than a fixed multiple of them.
 *
 * @param fields - What the message holds.
 * @param file - Its bytes.
 * @returns Its fields by name.
 * @throws RangeError, or another error of the reader, if the bytes are no such message.
 */
export function readMessage<F extends Fields>(fields: F, file: Uint8Array): Message<F> {
  const names = new Map(Object.entries(fields).map(([name, field]) => [field.number, { name, field }]));
  const message: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) message[name] = field.many ? [] : undefined;
  const reader = new BinaryReader(file);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const known = names.get(number);
    if (!known) reader.skip(wire, number);
    else {
      const values = valuesOf(known.field, wire, reader);
      if (known.field.many) for (const value of values) (message[known.name] as unknown[]).push(value);
      else message[known.name] = values[0];
    }
  }
  return message as Message<F>;
}
