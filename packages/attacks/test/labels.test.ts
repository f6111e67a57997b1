// Labels tell ascents with different results apart, and say nothing of what is usual.
import { ball, crossEntropy, l0, l1, l2, linf } from '@advml/core';
import { zerosLike } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { apgd, bim, fgm, miFgsm, patch, pgd, slide, sparsePgd } from '../src/index.ts';

const threat = ball(l2, 1);
const box = { low: 0, high: 1 };

it('is told by its label how an ascent differs from the usual', () => {
  const start = zerosLike as never;
  const gradientModel = zerosLike as never;
  expect(pgd({ threat, steps: 7, start: 'random', earlyStop: true }).label).toBe('PGD-l2, 7 steps');
  expect(
    [
      { loss: crossEntropy },
      { loss: [zerosLike].map((loss) => (output: never) => loss(output))[0] },
      { stepSize: 0.5 },
      { start: 'none' },
      { start },
      { start: 'first-at-x-then-random', restarts: 2 },
      { gradientModel },
      { earlyStop: false },
    ].map((more) => pgd({ threat, steps: 7, ...more } as never).label.replace('PGD-l2, 7 steps, ', '')),
  ).toEqual([
    'crossEntropy',
    'loss of its own',
    'step size 0.5',
    'no random start',
    'chosen start',
    '2 restarts, first from the inputs',
    'gradients of another model',
    'no early stop',
  ]);
});

it('is so for every ascent', () => {
  const told = { loss: crossEntropy, earlyStop: false };
  expect([
    apgd({ threat, ...told }).label,
    bim({ threat, ...told, stepSize: 0.1 }).label,
    fgm({ threat, loss: crossEntropy, start: 'random', stepSize: 1 }).label,
    miFgsm({ threat, ...told, start: 'random' }).label,
    patch({ threat: ball(linf, 1, box), size: 2, ...told }).label,
    slide({ threat: ball(l1, 1), ...told }).label,
    sparsePgd({ threat: ball(l0, 1, box), ...told }).label,
  ]).toEqual([
    'APGD-l2, 100 steps, crossEntropy, no early stop',
    'BIM-l2, 10 steps, crossEntropy, step size 0.1, no early stop',
    'FGM-l2, crossEntropy, step size 1, random start',
    'MI-FGSM-l2, 10 steps, decay 1, crossEntropy, random start, no early stop',
    'patch-linf, 2 pixels a side, 40 steps, 4 places, crossEntropy, no early stop',
    'SLIDE-l1, 10 steps, quantile 0.99, crossEntropy, no early stop',
    'sparse PGD-l0, 100 steps, crossEntropy, no early stop',
  ]);
});
