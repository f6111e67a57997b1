import { disposeParams, InputError, type Params, paramsFromArrays, paramsToArrays } from '@advml/core';
import { checkpointFile } from '../store/checkpoint.ts';
import { readArrays, writeArrays } from '../store/kept-arrays.ts';
import type { RunStore } from '../store/store.ts';
import { readLog } from './log.ts';
import type { Stage, StageContext } from './stages.ts';

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
  /** Whether that phase keeps a log; not unless told. */
  readonly logged?: boolean;
}

/**
 * A stage whose result is weights, kept in `weights/WEIGHTS.safetensors`.
 *
 * @param options - See {@link WeightsOptions}.
 * @param compute - Makes the parameters, which the stage then disposes, after keeping the log if there is one.
 * @returns The stage; {@link keptWeights} reads what it made.
 */
export function weightsStage(
  { name, weights, needs, phase, logged = false }: WeightsOptions,
  compute: (context: StageContext) => Promise<Params>,
): Stage {
  const log = logged ? phase : undefined;
  const forgetCheckpoint = async (store: RunStore) => {
    if (phase !== undefined) await checkpointFile(store, phase).remove();
  };
  return {
    name,
    needs,
    log,
    isKept: async (store) => {
      if ((await readWeights(store, weights)) === undefined) return false;
      if (log !== undefined && (await readLog(store, log)) === undefined) return false;
      await forgetCheckpoint(store); // a kill may have kept it
      return true;
    },
    make: async (context) => {
      const params = await compute(context);
      try {
        await writeArrays(context.store, weightsFile(weights), paramsToArrays(params));
      } finally {
        disposeParams(params);
      }
      await forgetCheckpoint(context.store);
    },
  };
}

const weightsFile = (weights: string): string => `weights/${weights}.safetensors`;

/** The arrays of a file of weights, or undefined if it was not made yet. */
const readWeights = (store: RunStore, weights: string) =>
  readArrays(
    store,
    weightsFile(weights),
    'delete it and resume the run, which makes it again',
    ({ tensors }) => tensors,
  );

/**
 * Weights that were made before.
 *
 * @param store - The run's files.
 * @param weights - What they are, as their stage has it.
 * @returns Parameters, owned by the caller.
 * @throws InputError if they were not made yet or their file cannot be used, with the way out.
 */
export async function keptWeights(store: RunStore, weights: string): Promise<Params> {
  const arrays = await readWeights(store, weights);
  if (arrays) return paramsFromArrays(arrays);
  throw new InputError(`${store.location} has no ${weightsFile(weights)} yet; resume the run: advml resume`);
}
