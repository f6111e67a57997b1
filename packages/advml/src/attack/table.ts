import type { Evaluation, Proportion } from '@advml/metrics';
import type { Terminal } from '../terminal/terminal.ts';

const share = ({ value, low, high }: Proportion): string =>
  `${value.toFixed(4)}  [${low.toFixed(4)}, ${high.toFixed(4)}]`;

/** An evaluation as a table of text, with its signs of a masked gradient below. */
export function evaluationTable(found: Evaluation, terminal: Terminal): string {
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
  const signs = found.masking.map(({ id, message }) => terminal.paint('red', `warning, ${id}: ${message}`));
  const warnings = found.warnings.map((warning) => terminal.paint('red', `warning: ${warning}`));
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
