import { expect, test } from 'vitest';
import { clopperPearson, type Evaluation, evaluationTable } from '../src/index.ts';

test('an evaluation reads as aligned lines, warnings marked and last', () => {
  const accuracy = clopperPearson(5, 10);
  const found = {
    threat: 'l2 eps 0.4',
    clean: clopperPearson(10, 10),
    attacks: [{ attack: 'PGD-l2, 20 steps', accuracy, gradients: 400, queries: 30 }],
    accuracy,
    curve: [{ eps: 0.4, accuracy }],
    masking: [{ id: 'zero-gradients', message: 'flat', figures: {} }],
    warnings: ['the outputs look like probabilities'],
  } as unknown as Evaluation;
  const half = '0.5000  [0.1871, 0.8129]'; // Clopper and Pearson, 5 of 10 at 95%
  expect(evaluationTable(found, (line) => `! ${line}`).split('\n')).toEqual([
    'l2 eps 0.4: accuracy with its interval',
    'no attack                   1.0000  [0.6915, 1.0000]',
    `PGD-l2, 20 steps            ${half}  400 gradients, 30 queries`,
    `worst case of each example  ${half}`,
    'by radius',
    `  eps 0.4: ${half}`,
    '! warning, zero-gradients: flat',
    '! warning: the outputs look like probabilities',
    '',
  ]);
});
