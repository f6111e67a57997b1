import { encodeJsonLine } from '@advml/formats';
import type { MetricRecord } from '../events.ts';
import type { RunStore } from '../store/store.ts';
import { keptMeasure, readMeasure, writeMeasure } from './measures.ts';
import type { Stage } from './stages.ts';

/** The log of all phases, for other programs and for whoever looks on; this one never reads it. */
const FILE = 'metrics.jsonl';

const measureOf = (phase: string): string => `log/${phase}`;

/**
 * Keeps the log of a finished phase of training.
 *
 * @param store - The run's files.
 * @param phase - Name of the phase.
 * @param records - All its records.
 */
export async function writeLog(store: RunStore, phase: string, records: readonly MetricRecord[]): Promise<void> {
  await writeMeasure(store, measureOf(phase), records);
}

/**
 * The log of a phase, if it is finished.
 *
 * @param store - The run's files.
 * @param phase - Name of the phase.
 * @returns Its records, or undefined.
 * @throws InputError if its file cannot be used.
 */
export async function readLog(store: RunStore, phase: string): Promise<readonly MetricRecord[] | undefined> {
  return readMeasure<readonly MetricRecord[]>(store, measureOf(phase));
}

/**
 * The log of a finished phase.
 *
 * @param store - The run's files.
 * @param phase - Name of the phase.
 * @returns Its records.
 * @throws InputError if the phase is not finished or its file cannot be used.
 */
export async function keptLog(store: RunStore, phase: string): Promise<readonly MetricRecord[]> {
  return keptMeasure<readonly MetricRecord[]>(store, measureOf(phase));
}

/**
 * Writes `metrics.jsonl` anew: the logs of all finished phases.
 *
 * @param store - The run's files.
 * @param stages - The stages of the run.
 */
export async function writeMetrics(store: RunStore, stages: readonly Stage[]): Promise<void> {
  const logs: (readonly MetricRecord[])[] = [];
  for (const { log } of stages) if (log !== undefined) logs.push((await readLog(store, log)) ?? []);
  await store.write(FILE, textOf(logs.flat()));
}

/**
 * Adds records to `metrics.jsonl`.
 *
 * @param store - The run's files.
 * @param records - What to add.
 */
export async function appendMetrics(store: RunStore, records: readonly MetricRecord[]): Promise<void> {
  if (records.length > 0) await store.append(FILE, textOf(records));
}

const textOf = (records: readonly MetricRecord[]): string => records.map(encodeJsonLine).join('');
