/**
 * Makes tfjs-core and its WASM backend able to train, and its other backends right.
 *
 * Importing this package imports the backend, which thereby offers itself to tfjs; nothing else happens before
 * {@link useWasm} or {@link useBackend} is called.
 *
 * @packageDocumentation
 */
export { measureSpeed, type Speed } from './measure-speed.ts';
export { type BackendStatus, useBackend } from './use-backend.ts';
export { type ComputeStatus, type UseWasmOptions, useWasm, type WasmPaths, type WasmStatus } from './use-wasm.ts';
