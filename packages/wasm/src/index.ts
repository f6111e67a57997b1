/**
 * Makes tfjs-core and its WASM backend able to train.
 *
 * Importing this package imports the backend, which thereby offers itself to tfjs; nothing else happens before
 * {@link useWasm} is called.
 *
 * @packageDocumentation
 */
export { measureSpeed, type Speed } from './measure-speed.ts';
export { type ComputeStatus, type UseWasmOptions, useWasm, type WasmPaths, type WasmStatus } from './use-wasm.ts';
