import { type TrainingCurves, type TrainingRecord, trainingCurves } from '@advml/plots';
import { expect, test } from 'vitest';
import { logAxis } from '../src/log-axis.ts';
import { cornersOf, figureOf } from './figure.ts';

const phase = (name: string, steps: readonly number[], series: string, value: (step: number) => number) =>
  steps.map((step): TrainingRecord => ({ phase: name, step, series, value: value(step) }));
const records = [
  ...phase('clean', [0, 100, 200], 'loss', (step) => 1 / (1 + step)),
  ...phase('clean', [0, 100, 200], 'accuracy', (step) => 0.5 + step / 400),
  ...phase('adversarial', [0, 300, 600], 'loss', (step) => 2 / (1 + step)),
  ...phase('adversarial', [0, 300, 600], 'accuracy', () => 1),
];
const figure: TrainingCurves = {
  records,
  panels: [
    { label: 'loss (nats)', series: ['loss'], scale: 'log' },
    { label: 'accuracy (%)', series: ['accuracy'], scale: 'percent' },
  ],
};

test('draws a line for each series and phase, panel by panel', () => {
  const { words, groups, description } = figureOf(() => trainingCurves(figure));
  expect(groups('line').map((group) => group.querySelectorAll('path').length)).toEqual([2, 2]);
  expect(words).toEqual(expect.arrayContaining(['loss (nats)', 'accuracy (%)', 'step']));
  expect(words.filter((word) => word === 'clean' || word === 'adversarial')).toHaveLength(2);
  expect(description).toBe('loss (nats); accuracy (%) over 800 steps, in the phases clean, then adversarial.');
});

test('puts the phases one after another on one axis, with a rule between', () => {
  const { groups, all } = figureOf(() => trainingCurves(figure));
  const [clean, adversarial] = Array.from(groups('line')[0].querySelectorAll('path'), (path) =>
    cornersOf(path.getAttribute('d') ?? ''),
  );
  const perStep = (clean[2][0] - clean[0][0]) / 200;
  expect(adversarial[0][0]).toBe(clean[2][0]);
  expect((adversarial[2][0] - adversarial[0][0]) / 600).toBeCloseTo(perStep, 3);
  const rules = all('line').filter((line) => line.getAttribute('x1') === line.getAttribute('x2'));
  expect(rules.map((line) => Number(line.getAttribute('x1')))).toEqual([clean[2][0], clean[2][0]]);
});

test('draws shares in percent of the full height', () => {
  const { groups } = figureOf(() => trainingCurves(figure));
  const [clean, adversarial] = Array.from(groups('line')[1].querySelectorAll('path'), (path) =>
    cornersOf(path.getAttribute('d') ?? '').map(([, y]) => y),
  );
  const [half, , full] = clean;
  expect(adversarial).toEqual([full, full, full]);
  expect(clean[1]).toBeCloseTo((half + full) / 2, 2);
});

test('gives each series a panel where none are named', () => {
  const { words, groups } = figureOf(() => trainingCurves({ records }));
  expect(groups('line')).toHaveLength(2);
  expect(words.filter((word) => word === 'loss')).toHaveLength(1); // the axis: one series needs no legend
});

test('a log axis is a little longer than its values, with round ticks that can be counted', () => {
  const { domain, ticks } = logAxis([0.0014, 3]);
  expect(ticks).toEqual([0.01, 0.1, 1]);
  expect(domain[0]).toBeGreaterThan(0.001);
  expect(domain[0]).toBeLessThan(0.0014);
  expect(domain[1]).toBeGreaterThan(3);
  expect(logAxis([3, 40]).ticks).toEqual([5, 10, 20]);
  expect(logAxis([0.3, 0.6]).ticks).toEqual([0.3, 0.4, 0.5, 0.6]);
  expect(logAxis([1]).ticks).toContain(1);
  expect(logAxis([1e-20, 1]).ticks.length).toBeLessThan(10);
  expect([0.0001, 2e-7, 100000].map(logAxis([1]).tickFormat)).toEqual(['0.0001', '2·10⁻⁷', '100,000']);
});

test('writes every tick of a log axis', () => {
  const { groups } = figureOf(() =>
    trainingCurves({
      records: records.filter(({ series }) => series === 'loss'),
      panels: [figure.panels?.[0] ?? { label: '', series: [] }],
    }),
  );
  const [ticks] = groups('y-axis tick label');
  expect(ticks.childNodes.length).toBeGreaterThanOrEqual(3);
  for (const tick of ticks.querySelectorAll('text')) expect(tick.textContent).not.toBe('');
});

const record = { phase: 'clean', step: 1, series: 'loss', value: 1 };

test.each<[TrainingCurves, string]>([
  [{ records: [] }, 'records must not be empty'],
  [{ records, panels: [] }, 'panels must not be empty'],
  [{ records, panels: [{ label: 'x', series: [] }] }, 'series of the panel "x" must not be empty'],
  [{ records, panels: [{ label: 'x', series: ['los'] }] }, 'records of the series "los" must not be empty'],
  [{ records: [{ ...record, value: Number.NaN }] }, '"loss" of phase clean at step 1: value must be a finite number'],
  [{ records: [{ ...record, step: Number.POSITIVE_INFINITY }] }, 'step must be a finite number, got Infinity'],
  [{ records: [{ ...record, step: -1 }] }, 'step must be >= 0, got -1'],
  [
    { records: ['a', 'b'].map((phase) => ({ ...record, phase, step: 1e308 })) },
    'the steps of all phases: sum must be a finite number, got Infinity',
  ],
  [
    { records: [{ ...record, value: 0 }], panels: [{ label: 'l', series: ['loss'], scale: 'log' }] },
    'a log scale needs values > 0, got 0; use the linear scale',
  ],
  [
    { records: [{ ...record, value: 99 }], panels: [{ label: 'l', series: ['loss'], scale: 'percent' }] },
    'the percent scale needs shares between 0 and 1, got 99',
  ],
])('refuses records that it cannot draw: %#', (bad, message) => {
  expect(() => trainingCurves(bad)).toThrow(RangeError);
  expect(() => trainingCurves(bad)).toThrow(message);
});
