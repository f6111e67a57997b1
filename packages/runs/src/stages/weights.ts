import {
  disposeParams,
  InputError,
  type Network,
  networkMetadata,
  type Params,
  paramsFromArrays,
  paramsToArrays,
} from '@advml/core';
import { checkpointFile } from '../store/checkpoint.ts';
import { resumeCommand } from '../store/in-shell.ts';
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
  /** Whether that phase keeps a log. Default: false. */
  readonly logged?: boolean;
  /** Other weights that it leaves on its way, by {@link keepWeights}. Default: none. */
  readonly also?: readonly string[];
  /**
   * The network that the weights belong to: their file says which, where it can describe itself. Default: the file says none.
   *
   * @param context - The run.
   * @returns The network.
   */
  network?(context: StageContext): Network | Promise<Network>;
}

/** Weights and whose they are. */
export interface OwnedWeights {
  /** The parameters. */
  readonly params: Params;
  /** The network that they belong to, if that is known. */
  readonly network?: Network;
}

/**
 * A stage whose result is weights, kept in `weights/WEIGHTS.safetensors`.
 *
 * @param options - See {@link WeightsOptions}.
 * @param compute - Makes the parameters, which the stage then disposes, after keeping the log if there is one.
 * @returns The stage; {@link keptWeights} reads what it made.
 */
export function weightsStage(
  { network, ...options }: WeightsOptions,
  compute: (context: StageContext) => Promise<Params>,
): Stage {
  return ownedWeightsStage(options, async (context) => {
    const owner = await network?.(context);
    return { params: await compute(context), network: owner };
  });
}

/**
 * A {@link weightsStage} that learns of the network only while it makes the weights.
 *
 * @param options - See {@link WeightsOptions}.
 * @param compute - Makes the parameters, which the stage then disposes, and says whose they are.
 * @returns The stage.
 */
export function ownedWeightsStage(
  { name, weights, needs, phase, logged = false, also = [] }: Omit<WeightsOptions, 'network'>,
  compute: (context: StageContext) => Promise<OwnedWeights>,
): Stage {
  const log = logged ? phase : undefined;
  const forgetCheckpoint = async (store: RunStore) => {
    if (phase !== undefined) await checkpointFile(store, phase).remove();
  };
  return {
    name,
    needs,
    log,
    weights: [weights, ...also],
    isKept: async (store) => {
      for (const each of [weights, ...also]) if ((await readWeights(store, each)) === undefined) return false;
      if (log !== undefined && (await readLog(store, log)) === undefined) return false;
      await forgetCheckpoint(store); // a kill may have kept it
      return true;
    },
    make: async (context) => {
      const { params, network } = await compute(context);
      try {
        await keepWeights(context.store, weights, { params, network });
      } finally {
        disposeParams(params);
      }
      await forgetCheckpoint(context.store);
    },
  };
}

const weightsFile = (weights: string): string => `weights/${weights}.safetensors`;

/**
 * Keeps weights in `weights/WEIGHTS.safetensors`.
 *
 * @param store - The run's files.
 * @param weights - What they are called.
 * @param owned - The parameters, which are only read, and whose they are.
 */
export async function keepWeights(store: RunStore, weights: string, { params, network }: OwnedWeights): Promise<void> {
  const metadata = network && networkMetadata(network);
  await writeArrays(store, weightsFile(weights), paramsToArrays(params), metadata);
}

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
  throw new InputError(
    `${store.location} has no ${weightsFile(weights)} yet; go on with '${resumeCommand(store.location)}'`,
  );
}
