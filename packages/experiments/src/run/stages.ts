import { disposeParams, InputError, type OnProgress, type Params, paramsFromArrays, paramsToArrays } from '@advml/core';
import { checksum, decodeSafetensors, encodeSafetensors, FormatError } from '@advml/formats';
import { checkpointFile } from './checkpoint.ts';
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

/** A part of a run: it makes one file from the setting, the seed and the files of the stages it needs. */
export interface Stage {
  /** What events call it. */
  readonly name: string;
  /** Names of the stages whose files it reads; they come before it in a list of stages. */
  readonly needs: readonly string[];
  /**
   * Whether an earlier attempt made its file.
   *
   * @param store - The run's files.
   * @returns True if the file is there and whole.
   * @throws InputError if the file is damaged, with the way out.
   */
  isKept(store: RunStore): Promise<boolean>;
  /**
   * Makes its file, when those it needs are there.
   *
   * @param context - The run.
   */
  make(context: StageContext): Promise<void>;
}

/**
 * The stages that some results take.
 *
 * @param stages - All stages, each after those it needs.
 * @param wanted - Names of the stages whose results are wanted.
 * @returns Those stages and all that they need, directly or not, in the same order.
 */
export function neededStages(stages: readonly Stage[], wanted: readonly string[]): readonly Stage[] {
  const needed = new Set(wanted);
  for (const { name, needs } of [...stages].reverse()) if (needed.has(name)) for (const need of needs) needed.add(need);
  return stages.filter(({ name }) => needed.has(name));
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
    make: async (context) => {
      const value = JSON.stringify(await compute(context, progressOf(context, name)));
      const crc32 = checksum(new TextEncoder().encode(value));
      await context.store.write(measureFile(name), `{"crc32":"${crc32}","value":${value}}\n`);
    },
  };
}

const measureFile = (name: string): string => `measures/${name}.json`;

async function readMeasure<T>(store: RunStore, name: string): Promise<T | undefined> {
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
 * A measurement that was made before.
 *
 * @param store - The run's files.
 * @param name - Name of its stage.
 * @returns Its value.
 * @throws InputError if it was not made yet or its file is damaged, with the way out.
 */
export async function keptMeasure<T>(store: RunStore, name: string): Promise<T> {
  const value = await readMeasure<T>(store, name);
  if (value !== undefined) return value;
  throw new InputError(`${store.location} has no ${measureFile(name)} yet; finish the run first: advml resume`);
}

/** What {@link weightsStage} makes. */
export interface WeightsOptions {
  /** Name of the stage. */
  readonly name: string;
  /** What the weights are: `init`, `clean` or `robust`. */
  readonly weights: string;
  /** Names of the stages whose files it reads. */
  readonly needs: readonly string[];
  /** The phase of training that makes them, whose checkpoint goes when they are kept. */
  readonly phase?: string;
}

/**
 * A stage whose result is weights, kept in `weights/WEIGHTS.safetensors`.
 *
 * @param options - See {@link WeightsOptions}.
 * @param compute - Makes the parameters, which the stage then disposes.
 * @returns The stage; {@link keptWeights} reads what it made.
 */
export function weightsStage(
  { name, weights, needs, phase }: WeightsOptions,
  compute: (context: StageContext) => Promise<Params>,
): Stage {
  const forgetCheckpoint = async (store: RunStore) => {
    if (phase !== undefined) await checkpointFile(store, phase).remove();
  };
  return {
    name,
    needs,
    isKept: async (store) => {
      if ((await decodeWeights(store, weights)) === undefined) return false;
      await forgetCheckpoint(store); // a kill may have kept it
      return true;
    },
    make: async (context) => {
      const params = await compute(context);
      try {
        await context.store.write(weightsFile(weights), encodeSafetensors(paramsToArrays(params)));
      } finally {
        disposeParams(params);
      }
      await forgetCheckpoint(context.store);
    },
  };
}

const weightsFile = (weights: string): string => `weights/${weights}.safetensors`;

/** The arrays of a file of weights, or undefined if it was not made yet. */
async function decodeWeights(store: RunStore, weights: string) {
  const file = weightsFile(weights);
  const bytes = await store.read(file);
  try {
    return bytes && decodeSafetensors(bytes, { requireChecksum: true }).tensors;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const wayOut = 'delete it and resume the run, which makes it again';
    throw new InputError(`${store.location}/${file} is damaged (${error.message}); ${wayOut}`, { cause: error });
  }
}

/**
 * Weights that were made before.
 *
 * @param store - The run's files.
 * @param weights - What they are, as their stage has it.
 * @returns Parameters, owned by the caller.
 * @throws InputError if they were not made yet or their file is damaged, with the way out.
 */
export async function keptWeights(store: RunStore, weights: string): Promise<Params> {
  const arrays = await decodeWeights(store, weights);
  if (arrays) return paramsFromArrays(arrays);
  throw new InputError(`${store.location} has no ${weightsFile(weights)} yet; resume the run: advml resume`);
}
