import { InputError } from '@advml/core';
import { decodeJsonLines, encodeJsonLine, FormatError } from '@advml/formats';
import type { MetricRecord, OnRunEvent } from './events.ts';
import { type RunStore, readText } from './store.ts';

const FILE = 'metrics.jsonl';

/**
 * All records of a run so far; a last line torn by a kill is left out.
 *
 * @param store - The run's files.
 * @returns The records in the order they were written.
 * @throws InputError if a line is damaged.
 */
export async function readMetrics(store: RunStore): Promise<readonly MetricRecord[]> {
  const text = (await readText(store, FILE)) ?? '';
  try {
    return decodeJsonLines(text, { allowTornLastLine: true }).records as MetricRecord[];
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new InputError(
      `${store.location}/${FILE} is damaged (${error.message}); remove that line and resume the run`,
      { cause: error },
    );
  }
}

/**
 * Makes the log ready for a phase that goes on after some step: its records come last, and those that will be written again
 * are removed.
 *
 * @param store - The run's files.
 * @param onEvent - Told of every record that is added.
 * @param phase - Name of the phase.
 * @param step - Steps of it that are finished.
 * @returns A function that adds a record.
 */
export async function continueMetrics(
  store: RunStore,
  onEvent: OnRunEvent,
  phase: string,
  step: number,
): Promise<(record: MetricRecord) => Promise<void>> {
  const records = await readMetrics(store);
  const others = records.filter((record) => record.phase !== phase);
  const kept = [...others, ...records.filter((record) => record.phase === phase && record.step <= step)];
  await store.write(FILE, kept.map(encodeJsonLine).join(''));
  return async (record) => {
    await store.append(FILE, encodeJsonLine(record));
    onEvent({ type: 'metric', record });
  };
}
