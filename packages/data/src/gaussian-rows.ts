import { type Key, normalRows } from '@advml/core';

/** Gaussian numbers on the host, [keys.length, width], each row from its own key; the backend draws them if it can. */
export function gaussianRows(keys: readonly Key[], width: number, deviation: number): Float32Array {
  const drawn = normalRows(keys, [width], deviation);
  const rows = drawn.dataSync<'float32'>();
  drawn.dispose();
  return rows;
}
