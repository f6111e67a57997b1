import { InputError } from '@advml/core';
import { type ExportedRun, exportedRuns, numbersOf } from './exported-runs.ts';
import { settingsOf } from './flat-settings.ts';
import type { MlflowClient } from './mlflow-client.ts';

/** What one call of `runs/log-batch` may hold, and bytes of keys and values, by MLflow's documentation. */
const [METRICS, PARAMS, KEY, VALUE] = [1000, 100, 250, 6000];

/** The tag that tells whether a run is there already. */
const TAG = 'advml.run';

/** The beginning of a text that has so many bytes at most. */
function fitting(text: string, bytes: number): string {
  let kept = text.slice(0, bytes);
  while (Buffer.byteLength(kept) > bytes) kept = kept.slice(0, -1);
  return kept;
}

/** A name as MLflow takes it: letters, digits, `_ - . /` and spaces, and no part that is a way to another; others become codes. */
function keyOf(name: string): string {
  const plain = name.replace(/[^\w./ -]/gu, (letter) => `_${(letter.codePointAt(0) as number).toString(16)}`);
  const parts = plain.split('/').map((part) => (/^\.*$/.test(part) ? `_${part}` : part));
  return fitting(parts.join('/'), KEY);
}

/** Parts of a list, each of so many at most. */
const slices = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));

const pairs = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).map(([key, value]) => ({ key: keyOf(key), value: fitting(value, VALUE) }));

/** A text in an answer of the server. */
function textIn(answer: Record<string, unknown> | undefined, ...path: readonly string[]): string {
  const found = path.reduce<unknown>((inner, key) => Object(inner)[key], answer);
  if (typeof found === 'string') return found;
  throw new InputError(`MLflow's answer has no ${path.join('.')}; is the server one of MLflow, of version 1 or later?`);
}

/** The experiment of that name, made where there is none. */
async function experimentId(client: MlflowClient, name: string): Promise<string> {
  const found = await client.ask('GET', 'experiments/get-by-name', { experiment_name: name });
  if (found) return textIn(found, 'experiment', 'experiment_id');
  return textIn(await client.ask('POST', 'experiments/create', { name }), 'experiment_id');
}

/** Whether a run is there as a whole; what a call that was stopped has left is taken away. */
async function isThere(client: MlflowClient, experiment: string, identity: string): Promise<boolean> {
  const filter = `tags.\`${TAG}\` = '${identity}'`;
  const found = await client.ask('POST', 'runs/search', { experiment_ids: [experiment], filter, max_results: 10 });
  const runs = Array.isArray(found?.runs) ? (found.runs as readonly Record<string, unknown>[]) : [];
  for (const run of runs) {
    if (textIn(run, 'info', 'status') === 'FINISHED') return true;
    await client.ask('POST', 'runs/delete', { run_id: textIn(run, 'info', 'run_id') });
  }
  return false;
}

/** Tells a run: first that it is there, then parameters and numbers, and last that it is finished. */
async function tell(client: MlflowClient, experiment: string, run: ExportedRun, identity: string): Promise<void> {
  const { record, name } = run;
  const [started, ended] = [Date.parse(record.started), Date.parse(record.ended ?? record.started)];
  const tags = pairs({ [TAG]: identity, 'mlflow.source.name': 'advml', ...record.environment });
  const run_name = name === '' ? `${record.experiment}, seed ${record.seeds[0]}` : name;
  const created = await client.ask('POST', 'runs/create', {
    experiment_id: experiment,
    run_name,
    start_time: started,
    tags,
  });
  const run_id = textIn(created, 'run', 'info', 'run_id');
  const { experiment: of, preset, seeds } = record;
  const own = { experiment: of, preset, seed: String(seeds[0]) };
  const settings = Object.entries(settingsOf(record.setting)).map(([key, value]) => [
    Object.hasOwn(own, key) ? `setting.${key}` : key,
    value,
  ]);
  const params = pairs({ ...own, ...Object.fromEntries(settings) });
  for (const some of slices(params, PARAMS)) await client.ask('POST', 'runs/log-batch', { run_id, params: some });
  const metrics = numbersOf(run).map(({ key, value, step }) => ({ key: keyOf(key), value, timestamp: started, step }));
  for (const some of slices(metrics, METRICS)) await client.ask('POST', 'runs/log-batch', { run_id, metrics: some });
  await client.ask('POST', 'runs/update', { run_id, status: 'FINISHED', end_time: ended });
}

/** What was told to MLflow. */
export interface MlflowOutcome {
  /** Runs that were told. */
  readonly told: number;
  /** Runs that were there already. */
  readonly there: number;
  /** Runs that are not finished, and were left out. */
  readonly unfinished: number;
}

/**
 * Tells the finished runs in a folder to a server of MLflow. A run that is there already is left as it is.
 *
 * @param folder - The folder.
 * @param client - The server.
 * @param experiment - Name of MLflow's experiment. Default: that of the run's experiment.
 * @returns How many runs.
 * @throws InputError if there is no run, a file is damaged, or the server refuses.
 */
export async function exportToMlflow(
  folder: string,
  client: MlflowClient,
  experiment?: string,
): Promise<MlflowOutcome> {
  const outcome = { told: 0, there: 0, unfinished: 0 };
  const ids = new Map<string, string>();
  for await (const run of exportedRuns(folder)) {
    if (run.state !== 'finished') {
      outcome.unfinished += 1;
      continue;
    }
    const name = experiment ?? run.record.experiment;
    const id = ids.get(name) ?? (await experimentId(client, name));
    ids.set(name, id);
    const identity = `${run.record.fingerprint} ${run.record.started}`;
    if (await isThere(client, id, identity)) outcome.there += 1;
    else {
      await tell(client, id, run, identity);
      outcome.told += 1;
    }
  }
  return outcome;
}
