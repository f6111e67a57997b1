import { InputError, type OnProgress } from '@advml/core';
import { readable } from '../store/damage.ts';
import { resumeCommand } from '../store/in-shell.ts';
import { fingerprintIn, requireOfRun } from '../store/run-record.ts';
import { seal, unseal } from '../store/sealed.ts';
import { type RunStore, readText } from '../store/store.ts';
import { progressOf, type Stage, type StageContext } from './stages.ts';

/**
 * A stage whose result is a measurement, kept in `measures/NAME.json` with a checksum.
 *
 * @param name - Of the stage and its measurement; a slash makes a folder.
 * @param needs - Names of the stages whose files it reads.
 * @param compute - Measures; the value must be plain JSON.
 * @returns The stage; {@link keptMeasure} reads what it made.
 */
export function measureStage<T>(
  name: string,
  needs: readonly string[],
  compute: (context: StageContext, onProgress: OnProgress) => Promise<T>,
): Stage {
  return {
    name,
    needs,
    isKept: async (store) => (await readMeasure(store, name)) !== undefined,
    make: async (context) => writeMeasure(context.store, name, await compute(context, progressOf(context, name))),
  };
}

const measureFile = (name: string): string => `measures/${name}.json`;

/**
 * Keeps a measurement, bound to the setting and seed it was made with.
 *
 * @param store - The run's files.
 * @param name - Its name.
 * @param value - Plain JSON.
 */
export async function writeMeasure(store: RunStore, name: string, value: unknown): Promise<void> {
  await store.write(measureFile(name), seal({ run: await fingerprintIn(store), value }));
}

/**
 * A measurement, if it was made before.
 *
 * @param store - The run's files.
 * @param name - Name of its stage.
 * @returns Its value, or undefined.
 * @throws InputError if its file is damaged or of another run, with the way out.
 */
export async function readMeasure<T>(store: RunStore, name: string): Promise<T | undefined> {
  const file = measureFile(name);
  const text = await readText(store, file);
  if (text === undefined) return undefined;
  return readable(store, file, 'delete it and resume the run, which measures it again', async () => {
    const { run, value } = unseal(text);
    await requireOfRun(store, run);
    return value as T;
  });
}

/**
 * A measurement that was made before.
 *
 * @param store - The run's files.
 * @param name - Name of its stage.
 * @returns Its value.
 * @throws InputError if it was not made yet or its file cannot be used, with the way out.
 */
export async function keptMeasure<T>(store: RunStore, name: string): Promise<T> {
  const value = await readMeasure<T>(store, name);
  if (value !== undefined) return value;
  throw new InputError(
    `${store.location} has no ${measureFile(name)} yet; go on with '${resumeCommand(store.location)}'`,
  );
}
