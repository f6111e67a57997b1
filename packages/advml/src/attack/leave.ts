import { encodeJsonLine } from '@advml/formats';
import { modelCardText } from '@advml/metrics';
import type { RunStore } from '@advml/runs';
import type { Attacked } from './attack-bench.ts';
import { cardOf } from './card.ts';
import type { CommandName } from './read-request.ts';
import { recordsParquet } from './records-parquet.ts';
import type { Smoothed } from './smooth-bench.ts';

/**
 * Writes what an evaluation found: records, figures, the card of the model and, last, `attack.json` or `certify.json`.
 *
 * @param store - The folder.
 * @param name - The command.
 * @param found - The evaluation, with the curve of each attack, and what it belongs to.
 */
export async function leave(store: RunStore, name: CommandName, found: Attacked): Promise<void> {
  const { certifiedFigure, curvesFigure, distancesFigure } = await import('./figures.ts');
  const radius = found.request;
  const { records, ...summary } = found;
  await store.write('records.jsonl', records.map((record) => encodeJsonLine(record)).join(''));
  await store.write('records.parquet', recordsParquet(found));
  await store.write('figures/curves.svg', curvesFigure(found, radius));
  const distances = distancesFigure(found, radius);
  if (distances) await store.write('figures/distances.svg', distances);
  else await store.remove('figures/distances.svg');
  if (found.certified) await store.write('figures/certified.svg', certifiedFigure(found, radius));
  const card = cardOf(found);
  await store.write('model-card.json', `${JSON.stringify(card, null, 2)}\n`);
  await store.write('model-card.md', modelCardText(card));
  await store.write(`${name}.json`, `${JSON.stringify(summary, null, 2)}\n`);
}

/** What an evaluation leaves and smoothing does not. */
const OTHERS = [
  ...['records.parquet', 'figures/curves.svg', 'figures/distances.svg'],
  ...['model-card.json', 'model-card.md'],
];

/**
 * Writes what randomized smoothing found: records, the curve and, last, `certify.json`. What another certifier left goes.
 *
 * @param store - The folder.
 * @param found - What it found, and what it belongs to.
 */
export async function leaveSmoothed(store: RunStore, found: Smoothed): Promise<void> {
  const { smoothedFigure } = await import('./figures.ts');
  const { records, ...summary } = found;
  await store.write('records.jsonl', records.map((record) => encodeJsonLine(record)).join(''));
  for (const other of OTHERS) await store.remove(other);
  await store.write('figures/certified.svg', smoothedFigure(found));
  await store.write('certify.json', `${JSON.stringify(summary, null, 2)}\n`);
}
