/** A module with one function, which does one relaxed multiply-add. */
const probe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // magic, version
  ...[1, 5, 1, 96, 0, 1, 123], // type () -> v128
  ...[3, 2, 1, 0], // function 0 has type 0
  ...[10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11], // i32x4.splat(0) thrice, madd
);

/**
 * Whether WebAssembly here knows relaxed SIMD. Node 20 does, but only when told to: if the probe fails there, it is told.
 *
 * Newer versions of Node know it without being told and would complain about an unknown flag, so the probe comes first.
 */
export function enableRelaxedSimd(): boolean {
  if (WebAssembly.validate(probe)) return true;
  // No import, static or dynamic: bundlers for pages would stumble over it.
  const { process } = globalThis as { readonly process?: Partial<NodeJS.Process> };
  process?.getBuiltinModule?.('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
  return WebAssembly.validate(probe);
}
