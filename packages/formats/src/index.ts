/**
 * Interchange formats on plain bytes and text: safetensors, npy, npz, JSON lines and TFRecord.
 *
 * No file system, and one small dependency, fflate, which unpacks: it works the same in Node and in a browser.
 *
 * @packageDocumentation
 */

// What is wrong with a file
export { checksum } from './checksum.ts';
export { FormatError } from './errors.ts';
export { type FileKind, fileKind } from './file-kind.ts';

// JSON lines
export { type CheckedLine, type CheckedLines, decodeCheckedLines, encodeCheckedLine } from './checked-lines.ts';
export {
  decodeJsonLines,
  encodeJsonLine,
  type JsonLines,
  type JsonLinesOptions,
  type TornLine,
} from './json-lines.ts';

// npy: the arrays of NumPy
export { decodeNpy } from './npy/decode.ts';
export { encodeNpy } from './npy/encode.ts';
export { decodeNpz, type NpzOptions } from './npy/npz.ts';

// safetensors
export { type DecodedSafetensors, type DecodeOptions, decodeSafetensors } from './safetensors/decode.ts';
export type { Dtype, DtypeArrays, SafeTensor, SafeTensorOf, SafeTensors } from './safetensors/dtypes.ts';
export { encodeSafetensors } from './safetensors/encode.ts';

// TFRecord
export { encodeTfRecord } from './tfrecord.ts';
