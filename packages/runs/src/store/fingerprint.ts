import { checksum } from '@advml/formats';
import type { Experiment } from '../experiment.ts';
import type { Overrides } from '../settings/settings.ts';

/** A setting without one of its keys. */
function without(setting: Overrides, [name, ...path]: readonly string[]): Overrides {
  const kept = Object.entries(setting).filter(([key]) => key !== name || path.length > 0);
  return Object.fromEntries(kept.map(([key, value]) => [key, key === name ? without(Object(value), path) : value]));
}

/**
 * A checksum of all that decides the results of a run.
 *
 * @param experiment - What is run.
 * @param setting - Its complete setting.
 * @param seeds - Its seeds.
 * @returns Eight hexadecimal digits.
 */
export function fingerprintOf(
  { name, withoutEffect }: Pick<Experiment, 'name' | 'withoutEffect'>,
  setting: Overrides,
  seeds: readonly number[],
): string {
  const decisive = withoutEffect.reduce((rest, key) => without(rest, key.split('.')), setting);
  return checksum(new TextEncoder().encode(JSON.stringify([name, seeds, decisive])));
}
