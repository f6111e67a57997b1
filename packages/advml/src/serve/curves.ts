import { type TrainingRecord, trainingCurves } from '@advml/plots';

/** Points that are drawn of a series in a phase, and series and phases that are drawn, at most. */
const [MOST_POINTS, MOST_SERIES, MOST_PHASES] = [300, 12, 12];

/** Pixels of a figure on a phone. */
const NARROW = 360;

/** What comes first, whatever the order of the log. */
const FIRST = ['loss', 'accuracy'];

const isNumber = (value: unknown): value is number => Number.isFinite(value);

/** The numbers in a line of a log; none in one that a kill has torn. */
function recordsIn(line: string): readonly TrainingRecord[] {
  try {
    const { phase, step, ...numbers } = Object(JSON.parse(line)) as Record<string, unknown>;
    if (typeof phase !== 'string' || !isNumber(step) || step < 0 || step > Number.MAX_SAFE_INTEGER) return [];
    return Object.entries(numbers).flatMap(([series, value]) =>
      isNumber(value) ? [{ phase, step, series, value }] : [],
    );
  } catch {
    return [];
  }
}

/**
 * Where training is.
 *
 * @param log - `metrics.jsonl`, or its beginning.
 * @returns A record of the last line with numbers; undefined if there is none.
 */
export function lastRecord(log: string): TrainingRecord | undefined {
  const lines = log.split('\n');
  for (let at = lines.length - 1; at >= 0; at--) {
    const [record] = recordsIn(lines[at]);
    if (record) return record;
  }
  return undefined;
}

/** Some of many, the last among them. */
function thinned<T>(list: readonly T[]): readonly T[] {
  const each = Math.ceil(list.length / MOST_POINTS);
  return list.filter((_, at) => (list.length - 1 - at) % each === 0);
}

/**
 * What a log says of training.
 *
 * @param log - `metrics.jsonl`, or its beginning.
 * @returns Numbers to draw, phase after phase: of a long log some, of many series the first, of many phases the last.
 */
export function curveRecords(log: string): readonly TrainingRecord[] {
  const byPhase = new Map<string, Map<string, TrainingRecord[]>>();
  for (const record of log.split('\n').flatMap(recordsIn)) {
    const bySeries = byPhase.get(record.phase) ?? new Map<string, TrainingRecord[]>();
    const records = bySeries.get(record.series) ?? [];
    records.push(record);
    byPhase.set(record.phase, bySeries.set(record.series, records));
  }
  const phases = [...byPhase.values()].slice(-MOST_PHASES);
  const names = inOrder(phases.flatMap((bySeries) => [...bySeries.keys()])).slice(0, MOST_SERIES);
  return phases.flatMap((bySeries) => names.flatMap((name) => thinned(bySeries.get(name) ?? [])));
}

/** Series as their panels follow each other, each once. */
function inOrder(names: readonly string[]): readonly string[] {
  const place = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return [...new Set(names)].toSorted((a, b) => place(a) - place(b));
}

/** A figure at the width of a desk and of a phone, of which a page shows the one that fits. */
export const bothWidths = (draw: (options?: { readonly width: number }) => string): string =>
  `<figure><div class="on-wide">${draw()}</div><div class="on-narrow">${draw({ width: NARROW })}</div></figure>`;

/**
 * The curves of a run's training, as far as it has come.
 *
 * @param log - `metrics.jsonl`, or its beginning.
 * @returns HTML; empty if there is nothing to draw yet.
 */
export function curvesHtml(log: string): string {
  const records = curveRecords(log);
  if (records.length === 0) return '';
  const panels = inOrder(records.map(({ series }) => series)).map((name) => ({ label: name, series: [name] }));
  return `<h2>Training</h2>${bothWidths((options) => trainingCurves({ records, panels }, options))}`;
}
