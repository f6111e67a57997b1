import {
  breathe,
  disposeParams,
  InputError,
  type OnProgress,
  type Params,
  paramsFromArrays,
  paramsToArrays,
} from '@advml/core';
import { checksum, decodeSafetensors, encodeSafetensors, FormatError } from '@advml/formats';
import type { OnRunEvent } from './events.ts';
import { type RunStore, readText } from './store.ts';

/** What every stage of a run is given. */
export interface StageContext {
  /** The run's files. */
  readonly store: RunStore;
  /** Told what happens. */
  readonly onEvent: OnRunEvent;
  /** Stops the run, which can then be resumed. */
  readonly signal?: AbortSignal;
}

/**
 * Reports a stage's progress as events.
 *
 * @param context - The run.
 * @param stage - The stage's name.
 * @returns A function that takes units done and their total.
 */
export function progressOf({ onEvent }: StageContext, stage: string): OnProgress {
  return (done, total) => onEvent({ type: 'progress', stage, done, total });
}

async function staged<T>(
  context: StageContext,
  stage: string,
  kept: T | undefined,
  compute: () => Promise<T>,
): Promise<T> {
  const { onEvent, signal } = context;
  if (kept !== undefined) {
    onEvent({ type: 'stage', stage, state: 'reused' });
    return kept;
  }
  await breathe(signal, stage);
  onEvent({ type: 'stage', stage, state: 'started' });
  const value = await compute();
  onEvent({ type: 'stage', stage, state: 'finished' });
  return value;
}

/**
 * A measurement that is made once: its value is kept in `measures/NAME.json` with a checksum and read back on resumption.
 *
 * @param context - The run.
 * @param name - The measurement's name.
 * @param compute - Makes it; the value must be plain JSON.
 * @returns The value, always as it was read back or would be, so that a resumed run sees the same numbers.
 * @throws InputError if the kept file is damaged.
 */
export async function measured<T>(
  context: StageContext,
  name: string,
  compute: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  return staged(context, name, await readMeasure<T>(context.store, name), async () => {
    const value = JSON.stringify(await compute(progressOf(context, name)));
    const crc32 = checksum(new TextEncoder().encode(value));
    await context.store.write(measureFile(name), `{"crc32":"${crc32}","value":${value}}\n`);
    return JSON.parse(value) as T;
  });
}

const measureFile = (name: string): string => `measures/${name}.json`;

/**
 * A measurement that was made before.
 *
 * @param store - The run's files.
 * @param name - The measurement's name.
 * @returns Its value, or undefined if it was not made yet.
 * @throws InputError if the file is damaged.
 */
export async function readMeasure<T>(store: RunStore, name: string): Promise<T | undefined> {
  const file = measureFile(name);
  const text = await readText(store, file);
  if (text === undefined) return undefined;
  const parts = /^\{"crc32":"([0-9a-f]{8})","value":(.*)\}\n$/s.exec(text);
  if (!parts || checksum(new TextEncoder().encode(parts[2])) !== parts[1]) {
    throw new InputError(`${store.location}/${file} is damaged; delete it and resume the run, which measures it again`);
  }
  return JSON.parse(parts[2]) as T;
}

/**
 * Weights that are made once: kept in `weights/NAME.safetensors` and read back on resumption.
 *
 * @param context - The run.
 * @param name - What the weights are: `init`, `clean` or `robust`.
 * @param compute - Makes them.
 * @returns Parameters, owned by the caller; the same bits whether they were made or read.
 * @throws InputError if the kept file is damaged.
 */
export async function weightsOf(context: StageContext, name: string, compute: () => Promise<Params>): Promise<Params> {
  const file = `weights/${name}.safetensors`;
  return staged(context, `${name} weights`, await readParams(context.store, file), async () => {
    const params = await compute();
    try {
      await context.store.write(file, encodeSafetensors(paramsToArrays(params)));
      return params;
    } catch (error) {
      disposeParams(params);
      throw error;
    }
  });
}

/**
 * Parameters from a safetensors file of a store.
 *
 * @param store - The run's files.
 * @param file - Relative path.
 * @returns Parameters, owned by the caller, or undefined if there is no such file.
 * @throws InputError if the file is damaged, with the way out.
 */
export async function readParams(store: RunStore, file: string): Promise<Params | undefined> {
  const bytes = await store.read(file);
  if (!bytes) return undefined;
  try {
    return paramsFromArrays(decodeSafetensors(bytes, { requireChecksum: true }).tensors);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const wayOut = 'delete it and resume the run, which makes it again';
    throw new InputError(`${store.location}/${file} is damaged (${error.message}); ${wayOut}`, { cause: error });
  }
}
