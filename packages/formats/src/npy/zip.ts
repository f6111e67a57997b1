import { FormatError } from '../errors.ts';

/** Signatures and fixed lengths of the three records of a zip file. */
const END = { signature: 0x06054b50, bytes: 22 };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };

/** A file inside a zip file. */
export interface Member {
  readonly name: string;
  /** How its bytes stand there: as they are, deflated, or in a way that is not read, such as encrypted. */
  readonly form: 'stored' | 'deflated' | 'other';
  /** Its bytes as they stand there, a view. */
  readonly data: Uint8Array;
  /** How many they are when unpacked, as the list says. */
  readonly unpacked: number;
  /** The CRC-32 that its bytes should have. */
  readonly crc: number;
}

/** What the list of a zip file says of a member. */
interface Listed extends Omit<Member, 'data'> {
  /** Bytes that it takes in the file. */
  readonly size: number;
  /** Index of its own record. */
  readonly local: number;
  /** Its name as it is written. */
  readonly rawName: Uint8Array;
}

/**
 * The members of a zip file, in the order of its list. Every record must be where the list says, with the same name, and
 * no two members may share a byte.
 *
 * @throws FormatError that says what is wrong.
 */
export function readMembers(bytes: Uint8Array): readonly Member[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start, end } = readEnd(view);
  const spans: { name: string; from: number; to: number }[] = [];
  const members: Member[] = [];
  let at = start;
  for (let number = 0; number < count; number++) {
    const { listed, next } = readListed(bytes, view, at, number);
    const { name, form, crc, size, unpacked, local } = listed;
    const from = dataStart(bytes, view, listed);
    if (from + size > start) throw new FormatError(`the member '${name}' is cut off, or runs into the list of members`);
    spans.push({ name, from: local, to: from + size });
    members.push({ name, form, crc, unpacked, data: bytes.subarray(from, from + size) });
    at = next;
  }
  if (at !== end) throw new FormatError(`a list of ${count} members ends at byte ${at}, got its end at ${end}`);
  requireApart(spans);
  return members;
}

/** Where the list is, as the record at the end of the file says. */
function readEnd(view: DataView): { readonly count: number; readonly start: number; readonly end: number } {
  for (let at = view.byteLength - END.bytes; at >= Math.max(0, view.byteLength - END.bytes - 65535); at--) {
    if (
      view.getUint32(at, true) === END.signature &&
      at + END.bytes + view.getUint16(at + 20, true) === view.byteLength
    )
      return { count: view.getUint16(at + 10, true), start: view.getUint32(at + 16, true), end: at };
  }
  throw new FormatError('an npz file is a zip file, got one without the record at its end: is it cut off?');
}

function readListed(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  number: number,
): { readonly listed: Listed; readonly next: number } {
  requireRecord(view, at, ENTRY, `entry ${number}`);
  const [flags, method, nameLength, extra, comment] = [8, 10, 28, 30, 32].map((offset) =>
    view.getUint16(at + offset, true),
  );
  const [crc, size, unpacked, local] = [16, 20, 24, 42].map((offset) => view.getUint32(at + offset, true));
  const nameEnd = at + ENTRY.bytes + nameLength;
  if (nameEnd > bytes.length) throw new FormatError(`entry ${number} is cut off`);
  const rawName = bytes.subarray(nameEnd - nameLength, nameEnd);
  const name = new TextDecoder().decode(rawName);
  return {
    listed: { name, rawName, form: formOf(flags, method), crc, size, unpacked, local },
    next: nameEnd + extra + comment,
  };
}

const METHODS: Readonly<Record<number, Member['form']>> = { 0: 'stored', 8: 'deflated' };

const formOf = (flags: number, method: number): Member['form'] =>
  (flags & 1) === 0 ? (METHODS[method] ?? 'other') : 'other';

/** Index of a member's first byte, once its own record has the name that the list has. */
function dataStart(bytes: Uint8Array, view: DataView, { name, rawName, local }: Listed): number {
  requireRecord(view, local, LOCAL, `the member '${name}'`);
  const nameStart = local + LOCAL.bytes;
  const [nameLength, extra] = [26, 28].map((offset) => view.getUint16(local + offset, true));
  const own = bytes.subarray(nameStart, nameStart + nameLength);
  if (own.length !== rawName.length || own.some((byte, at) => byte !== rawName[at]))
    throw new FormatError(
      `the member '${name}' has another name, '${new TextDecoder().decode(own)}', in its own record`,
    );
  return nameStart + nameLength + extra;
}

/** Refuses members that share bytes: a small file could hold any number of copies of one. */
function requireApart(spans: readonly { readonly name: string; readonly from: number; readonly to: number }[]): void {
  const inOrder = spans.toSorted((a, b) => a.from - b.from);
  for (const [at, { name, from }] of inOrder.entries()) {
    const before = inOrder[at - 1];
    if (before && before.to > from) throw new FormatError(`the members '${before.name}' and '${name}' share bytes`);
  }
}

function requireRecord(view: DataView, at: number, { signature, bytes }: typeof END, what: string): void {
  if (at + bytes > view.byteLength || view.getUint32(at, true) !== signature) {
    throw new FormatError(`${what} is not where the file says: damaged, cut off or larger than 4 GiB`);
  }
}
