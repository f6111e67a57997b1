import { InputError } from '@advml/core';
import type { RunStore } from '@advml/experiments';
import { decodeJsonLines, encodeJsonLine, FormatError } from '@advml/formats';
import type { EvaluationPart } from '@advml/metrics';

const FILE = 'parts.jsonl';

/** The parts of an evaluation as they are kept, so that it can be stopped at any moment and gone on with. */
export interface KeptParts {
  /** What was kept before. */
  readonly done: readonly EvaluationPart[];
  /**
   * Keeps one more; parts are written in the order they are given.
   *
   * @throws What an earlier part could not be written for.
   */
  keep(part: EvaluationPart): void;
  /** Waits until all are written. */
  settled(): Promise<void>;
}

/** What was kept in a folder; a last line torn by a kill is removed. */
async function partsIn(store: RunStore): Promise<readonly EvaluationPart[]> {
  const text = new TextDecoder().decode(await store.read(FILE));
  try {
    const { records, torn } = decodeJsonLines(text, { allowTornLastLine: true });
    if (torn) await store.write(FILE, text.slice(0, torn.start));
    return records as readonly EvaluationPart[];
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new InputError(`${store.location}/${FILE} is damaged (${error.message}); remove that line and start again`, {
      cause: error,
    });
  }
}

/**
 * Opens the parts in a folder.
 *
 * @param store - The folder.
 * @returns What is there, and a way to add to it.
 * @throws InputError if the file is damaged.
 */
export async function keptParts(store: RunStore): Promise<KeptParts> {
  const done = await partsIn(store);
  let written = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;
  return {
    done,
    keep: (part) => {
      if (failure) throw failure.error;
      written = written
        .then(() => store.append(FILE, encodeJsonLine(part)))
        .catch((error) => {
          failure ??= { error };
        });
    },
    settled: async () => {
      await written;
      if (failure) throw failure.error;
    },
  };
}
