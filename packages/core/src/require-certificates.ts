import type { Tensor } from '@tensorflow/tfjs-core';
import type { Certificates } from './certifier.ts';
import { described } from './described.ts';
import { InputError } from './errors.ts';

/** A list of one value an example. */
function requireEach(name: string, list: unknown, count: number, kind: 'number' | 'boolean'): void {
  const isList = Array.isArray(list) || (ArrayBuffer.isView(list) && !(list instanceof DataView));
  const { length } = Object(list) as ArrayLike<unknown>;
  if (!isList || length !== count)
    throw new InputError(
      `${name} must hold ${count} ${kind}s, one an example, got ${isList ? length : described(list)}`,
    );
  const values = Array.from(list as ArrayLike<unknown>);
  const bad = values.findIndex((one) => typeof one !== kind || Number.isNaN(one));
  if (bad >= 0) throw new InputError(`${name} must hold ${kind}s, got ${described(values[bad])}`);
}

/**
 * Refuses what a certifier gave if it is no certificates of these examples.
 *
 * @param label - The certifier's, for messages.
 * @param given - What it gave.
 * @param x - The examples, [batch, ...].
 * @throws {@link InputError} that names what is wrong with it.
 * @example
 * ```ts
 * requireCertificates(certify.label, await certify(model, x, y), x);
 * ```
 */
export function requireCertificates(label: string, given: Certificates, x: Tensor): void {
  const { bound, certified, worst, warnings } = Object(given) as Partial<Certificates>;
  if (bound === undefined || certified === undefined || !Array.isArray(warnings))
    throw new InputError(`${label} must give certificates { bound, certified, warnings }, got ${described(given)}`);
  const [count] = x.shape;
  requireEach(`the bound of ${label}`, bound, count, 'number');
  requireEach(`certified of ${label}`, certified, count, 'boolean');
  const odd = certified.findIndex((holds, at) => holds !== bound[at] > 0);
  if (odd >= 0)
    throw new InputError(
      `certified of ${label} must say whether the bound is positive, got ${certified[odd]} for ${bound[odd]} on example ${odd}`,
    );
  if (worst !== undefined && !(worst instanceof Float32Array && worst.length === x.size))
    throw new InputError(
      `the worst inputs of ${label} must be a Float32Array of ${x.size} numbers, one input an example, got ${worst instanceof Float32Array ? worst.length : described(worst)}`,
    );
}
