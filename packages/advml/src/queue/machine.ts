import { InputError } from '@advml/core';

/**
 * Refuses to work on a sweep where another machine or version than that of the sweep might leave other bits.
 *
 * @param folder - Folder of the sweep.
 * @param wanted - What all must be; null where they may differ.
 * @param here - What this one is.
 * @throws InputError that names what differs.
 */
export function requireMachine(
  folder: string,
  wanted: Readonly<Record<string, string>> | null,
  here: Readonly<Record<string, string>>,
): void {
  const differing = Object.entries(wanted ?? {}).filter(([name, value]) => here[name] !== value);
  if (differing.length === 0) return;
  const words = differing.map(([name, value]) => `${name} ${value}, here ${here[name]}`);
  throw new InputError(
    `the sweep in ${folder} is of ${words.join('; ')}: the last bits may differ; make them the same, or start the sweep with --allow-mixed, and each run.json says where it was made`,
  );
}
