import { InputError } from '@advml/core';
import { decodeSafetensors, encodeSafetensors, FormatError } from '@advml/formats';
import { stateFromArrays, stateToArrays, type TrainingState } from '@advml/training';
import type { RunStore } from './store.ts';

/** The saved state of one training phase, in a file of its own. */
export interface CheckpointFile {
  /**
   * Puts a state away.
   *
   * @param state - Read only.
   */
  save(state: TrainingState): Promise<void>;
  /**
   * Gets it back.
   *
   * @returns The state, owned by the caller, or undefined if there is none.
   */
  load(): Promise<TrainingState | undefined>;
  /** Removes the file, once the phase is finished. */
  remove(): Promise<void>;
}

/**
 * The checkpoint of a phase in a run's files.
 *
 * @param store - The run's files.
 * @param phase - Name of the phase; the file is `checkpoint-PHASE.safetensors`.
 * @returns Its functions; `load` throws an InputError with the way out if the file is damaged.
 */
export function checkpointFile(store: RunStore, phase: string): CheckpointFile {
  const file = `checkpoint-${phase}.safetensors`;
  return {
    save: (state) => store.write(file, encodeSafetensors(stateToArrays(state))),
    load: async () => {
      const bytes = await store.read(file);
      try {
        return bytes && stateFromArrays(decodeSafetensors(bytes, { requireChecksum: true }).tensors);
      } catch (error) {
        if (!(error instanceof FormatError || error instanceof InputError)) throw error;
        const wayOut = `delete it and resume the run, which starts the ${phase} phase again`;
        throw new InputError(`${store.location}/${file} is damaged (${error.message}); ${wayOut}`, { cause: error });
      }
    },
    remove: () => store.remove(file),
  };
}
