import type { Proportion } from './clopper-pearson.ts';
import type { CertifiedAccuracy, Evaluation } from './evaluation.ts';

const share = ({ value, low, high }: Proportion): string =>
  `${value.toFixed(4)}  [${low.toFixed(4)}, ${high.toFixed(4)}]`;

/** Rows of what is proved: by each certifier, by any of them, and what is neither proved nor broken. */
function certifiedRows(certified: CertifiedAccuracy | undefined): readonly (readonly [string, Proportion, string])[] {
  if (!certified) return [];
  const { certifiers, accuracy, undecided, exact } = certified;
  const meaning = exact ? 'so accuracy above is exact on these examples' : 'between certified and attacked accuracy';
  return [
    ...certifiers.map(({ certifier, accuracy: own }) => [`certified by ${certifier}`, own, ''] as const),
    ['certified', accuracy, 'no perturbation breaks these'],
    ['undecided', undecided, meaning],
  ];
}

/**
 * An evaluation as a table of text: accuracy with its interval without attack, under each attack and in the worst case of each
 * example, what is proved, then by radius, then what a reader must know before the figures are believed.
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
    ...certifiedRows(found.certified),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, accuracy, cost]) => `${name.padEnd(width)}  ${share(accuracy)}  ${cost}`.trimEnd());
  const curve = found.curve.map(
    ({ eps, accuracy, certified }) =>
      `  eps ${eps}: ${share(accuracy)}${certified ? `, certified ${share(certified)}` : ''}`,
  );
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
