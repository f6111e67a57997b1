import type { Proportion } from './clopper-pearson.ts';
import type { Evaluation } from './evaluation.ts';

const share = ({ value, low, high }: Proportion): string =>
  `${value.toFixed(4)}  [${low.toFixed(4)}, ${high.toFixed(4)}]`;

/**
 * An evaluation as a table of text: accuracy with its interval without attack, under each attack and in the worst case of each
 * example, then by radius, then what a reader must know before the figures are believed.
 *
 * @param found - What `evaluate` gave.
 * @param alarm - Marks a line that warns, such as by a colour. Default: it stays as it is.
 * @returns Lines of text, each ended.
 * @example
 * ```ts
 * console.log(evaluationTable(await evaluate(model, batch, threat, battery, { key: key('evaluation') })));
 * ```
 */
export function evaluationTable(found: Evaluation, alarm: (line: string) => string = (line) => line): string {
  const rows: readonly (readonly [string, Proportion, string])[] = [
    ['no attack', found.clean, ''],
    ...found.attacks.map(
      ({ attack, accuracy, gradients, queries }) =>
        [attack, accuracy, `${gradients} gradients, ${queries} queries`] as const,
    ),
    ['worst case of each example', found.accuracy, ''],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, accuracy, cost]) => `${name.padEnd(width)}  ${share(accuracy)}  ${cost}`.trimEnd());
  const curve = found.curve.map(({ eps, accuracy }) => `  eps ${eps}: ${share(accuracy)}`);
  const signs = found.masking.map(({ id, message }) => alarm(`warning, ${id}: ${message}`));
  const warnings = found.warnings.map((warning) => alarm(`warning: ${warning}`));
  return [
    `${found.threat}: accuracy with its interval`,
    ...lines,
    'by radius',
    ...curve,
    ...signs,
    ...warnings,
    '',
  ].join('\n');
}
