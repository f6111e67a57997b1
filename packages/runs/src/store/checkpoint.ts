import { stateFromArrays, stateToArrays, type TrainingState } from '@advml/training';
import type { MetricRecord } from '../events.ts';
import { readArrays, writeArrays } from './kept-arrays.ts';
import type { RunStore } from './store.ts';

/** Where a phase of training is: its state, and what its log says so far. */
export interface Checkpoint {
  /** The state. */
  readonly state: TrainingState;
  /** Records of the steps up to there; none where the phase has no log. */
  readonly log: readonly MetricRecord[];
}

/** The saved state of one training phase, in a file of its own. */
export interface CheckpointFile {
  /**
   * Puts a state away.
   *
   * @param checkpoint - Read only.
   */
  save(checkpoint: Checkpoint): Promise<void>;
  /**
   * Gets it back.
   *
   * @returns The state, owned by the caller, or undefined if there is none.
   */
  load(): Promise<Checkpoint | undefined>;
  /** Removes the file, once the phase is finished. */
  remove(): Promise<void>;
}

/**
 * The checkpoint of a phase in a run's files.
 *
 * @param store - The run's files.
 * @param phase - Name of the phase; the file is `checkpoint-PHASE.safetensors`.
 * @returns Its functions; `load` throws an InputError with the way out if the file cannot be used.
 */
export function checkpointFile(store: RunStore, phase: string): CheckpointFile {
  const file = `checkpoint-${phase}.safetensors`;
  const wayOut = `delete it and resume the run, which starts the ${phase} phase again`;
  return {
    save: ({ state, log }) => writeArrays(store, file, stateToArrays(state), { log: JSON.stringify(log) }),
    load: () =>
      readArrays(store, file, wayOut, ({ tensors, metadata }) => ({
        state: stateFromArrays(tensors),
        log: JSON.parse(metadata.log) as readonly MetricRecord[],
      })),
    remove: () => store.remove(file),
  };
}
