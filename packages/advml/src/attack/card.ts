import { basename } from 'node:path';
import { type ModelCard, modelCard } from '@advml/metrics';
import { versions } from '../environment.ts';
import type { Attacked } from './attack-bench.ts';
import { setNames } from './data/sets.ts';

/** Whether the attacks are those of AutoAttack, which has none in l0, with its number of steps. */
const isStandard = ({ battery, norm, work }: Attacked['request']): boolean =>
  battery === 'standard' && norm !== 'l0' && Object.values(work).every((own) => own === undefined);

/**
 * The card of a model that was attacked. What neither the command nor its files know stays null.
 *
 * @param found - What the attack came to.
 * @returns The card.
 */
export function cardOf(found: Attacked): ModelCard {
  const { request, model, data } = found;
  return modelCard(found, {
    seed: request.seed,
    versions: versions(),
    model: model.sha256,
    data: data.sha256,
    standard: isStandard(request),
    facts: {
      name: basename(model.path),
      architecture: model.architecture,
      dataset: setNames.find((name) => name === data.path),
    },
  });
}

/**
 * A second opinion as lines of text, and how to cite the figure.
 *
 * @param card - The card that holds both.
 * @param alarm - Marks a conclusion that warns.
 * @returns The lines, each ended.
 */
export function opinionText({ advml: { opinion, cite } }: ModelCard, alarm: (line: string) => string): string {
  const { credibility, found, conclusion, reasons, advice } = opinion;
  const marked = credibility === 'doubtful' || credibility === 'empty' ? alarm(conclusion) : conclusion;
  const rest = [...reasons, ...advice.map((sentence) => `To do: ${sentence}`), `To cite: ${cite}`];
  return ['', found, marked, ...rest.map((sentence) => `- ${sentence}`), ''].join('\n');
}
