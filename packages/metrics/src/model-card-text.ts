import type { ModelCard } from './model-card.ts';

/** What a table has no word for. */
const UNKNOWN = 'not told';

const cell = (value: string | number | boolean | null): string =>
  value === null ? UNKNOWN : String(value).replace(/[|\\]/g, '\\$&').replace(/\s+/g, ' ');

const table = (head: readonly string[], rows: readonly (readonly (string | number | boolean | null)[])[]): string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
];

const list = (sentences: readonly string[]): string[] => sentences.map((sentence) => `- ${cell(sentence)}`);

/**
 * A model card as Markdown, for people.
 *
 * @param card - As {@link modelCard} gives it.
 * @returns The text, each line ended.
 * @example
 * ```ts
 * writeFileSync('model-card.md', modelCardText(modelCard(found, { seed: 0, versions: { advml: '0.1.0' } })));
 * ```
 */
export function modelCardText(card: ModelCard): string {
  const { advml: own, ...fields } = card;
  const { found, conclusion, reasons, advice } = own.opinion;
  const [low, high] = own.interval;
  return [
    `# ${card.name === null ? 'A model' : cell(card.name)} under ${cell(own.threat)}`,
    '',
    found,
    '',
    `**${conclusion}**`,
    '',
    ...table(
      ['accuracy', 'percent'],
      [
        ['without attack', fields.clean_acc],
        ...own.attacks.map(({ attack, accuracy }) => [attack, accuracy]),
        ['worst case of each example', `${own.robust_acc} [${low}, ${high}]`],
        ...(own.certified_acc === null ? [] : [['proved', own.certified_acc]]),
      ],
    ),
    '',
    '## Why',
    '',
    ...list(reasons),
    '',
    ...(advice.length > 0 ? ['## What would make it more certain', '', ...list(advice), ''] : []),
    '## How to cite it',
    '',
    own.cite,
    '',
    '## Fields of RobustBench',
    '',
    ...table(['field', 'value'], Object.entries(fields)),
    '',
  ].join('\n');
}
