/** Bytes of a whole number >= 0 as protocol buffers have it, seven bits a byte. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** How a field is laid out. */
const [VARINT, DOUBLE, BYTES, FLOAT] = [0, 1, 2, 5];

const field = (number: number, kind: number, content: Uint8Array): Uint8Array =>
  joined([varint(number * 8 + kind), content]);

const bytesField = (number: number, content: Uint8Array): Uint8Array =>
  field(number, BYTES, joined([varint(content.length), content]));

const textField = (number: number, text: string): Uint8Array => bytesField(number, new TextEncoder().encode(text));

/** A number in the little-endian bytes of its kind. */
function ieee(kind: number, value: number): Uint8Array {
  const bytes = new Uint8Array(kind === DOUBLE ? 8 : 4);
  const view = new DataView(bytes.buffer);
  if (kind === DOUBLE) view.setFloat64(0, value, true);
  else view.setFloat32(0, value, true);
  return bytes;
}

/**
 * The first event of a file, which says what the file is.
 *
 * @param time - Seconds since 1970.
 * @returns An `Event` of TensorBoard as bytes.
 */
export const fileEvent = (time: number): Uint8Array =>
  joined([field(1, DOUBLE, ieee(DOUBLE, time)), textField(3, 'brain.Event:2')]);

/**
 * An event with one number: `Event { wall_time = 1, step = 2, summary = 5 }`, in it `Summary { value = 1 }`, and in that
 * `Value { tag = 1, simple_value = 2 }`.
 *
 * @param time - Seconds since 1970.
 * @param step - Whole and >= 0.
 * @param tag - What the number is.
 * @param value - The number, kept in 32 bits.
 * @returns An `Event` of TensorBoard as bytes.
 * @see tensorboard/compat/proto/event.proto and summary.proto of TensorBoard
 */
export function scalarEvent(time: number, step: number, tag: string, value: number): Uint8Array {
  const number = joined([textField(1, tag), field(2, FLOAT, ieee(FLOAT, value))]);
  return joined([
    field(1, DOUBLE, ieee(DOUBLE, time)),
    field(2, VARINT, varint(step)),
    bytesField(5, bytesField(1, number)),
  ]);
}
