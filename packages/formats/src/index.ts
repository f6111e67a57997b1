/**
 * Interchange formats on plain bytes and text: safetensors and JSON lines.
 *
 * No file system and no dependency: it works the same in Node and in a browser.
 *
 * @packageDocumentation
 */

// What is wrong with a file
export { checksum } from './checksum.ts';
export { FormatError } from './errors.ts';

// JSON lines
export {
  decodeJsonLines,
  encodeJsonLine,
  type JsonLines,
  type JsonLinesOptions,
  type TornLine,
} from './json-lines.ts';

// safetensors
export { type DecodedSafetensors, type DecodeOptions, decodeSafetensors } from './safetensors/decode.ts';
export type { Dtype, DtypeArrays, SafeTensor, SafeTensorOf, SafeTensors } from './safetensors/dtypes.ts';
export { encodeSafetensors } from './safetensors/encode.ts';
