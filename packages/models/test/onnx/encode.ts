// Writes messages by the same tables that the reader has, with the library's own writer.
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  bytes,
  double,
  type Field,
  type Fields,
  integer,
  type Message,
  natural,
  type Scalar,
  single,
  text,
} from '../../src/onnx/file/message.ts';

/** A message to write; what is left out is not written. */
export type Draft<F extends Fields> = {
  readonly [Name in keyof F]?: F[Name]['holds'] extends Fields
    ? F[Name]['many'] extends true
      ? readonly Draft<F[Name]['holds']>[]
      : Draft<F[Name]['holds']>
    : Message<F>[Name];
};

const WRITERS = new Map<Scalar<unknown>, (writer: BinaryWriter, value: never) => void>([
  [text, (writer, value) => writer.string(value)],
  [bytes, (writer, value) => writer.bytes(value)],
  [integer, (writer, value: number) => writer.int64(BigInt(value))],
  [natural, (writer, value: number) => writer.uint64(BigInt(value))],
  [single, (writer, value) => writer.float(value)],
  [double, (writer, value) => writer.double(value)],
]);

function put(writer: BinaryWriter, { number, holds }: Field, value: unknown): void {
  const scalar = holds as Scalar<unknown>;
  const write = WRITERS.get(scalar);
  if (!write) writer.tag(number, 2).bytes(encode(holds as Fields, value as never));
  else write(writer.tag(number, scalar.wire), value as never);
}

/**
 * The bytes of a message.
 *
 * @param fields - What the message may hold.
 * @param draft - What it holds.
 */
export function encode<F extends Fields>(fields: F, draft: Draft<F>): Uint8Array {
  const writer = new BinaryWriter();
  for (const [name, value] of Object.entries(draft))
    for (const each of fields[name].many ? (value as unknown[]) : [value])
      if (each !== undefined) put(writer, fields[name], each);
  return writer.finish();
}
