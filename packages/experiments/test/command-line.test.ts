// The line under a report makes the same run again.

import {
  apgd,
  bim,
  carliniWagner,
  ddn,
  deepFool,
  denseMixture,
  fab,
  fgm,
  fmn,
  hopSkipJump,
  miFgsm,
  noise,
  pgd,
  sigmaZero,
  slide,
  sparsePgd,
  square,
  targetedSweep,
  universal,
} from '@advml/attacks';
import { crown, exactBound, intervalBound, jointBound, lipschitzBound } from '@advml/certify';
import { type Attack, ball, l0, l1, l2 } from '@advml/core';
import type { Experiment, Overrides } from '@advml/runs';
import { defineExperiment, parseSetting, z } from '@advml/runs';
import { expect, test } from 'vitest';
import { attackTerms } from '../../runs/src/report/attack-words.ts';
import { commandLine } from '../../runs/src/report/command-line.ts';
import { paper as typed } from '../src/index.ts';

const paper = typed as Experiment;
const settingOf = (...layers: Overrides[]) => parseSetting(paper.schema, layers) as Record<string, unknown>;
const line = (preset: string, seeds: readonly number[], ...layers: Overrides[]) =>
  commandLine({ preset, seeds, setting: settingOf(paper.presets[preset], ...layers) }, paper);

test('says preset, seeds, claims and what was set, and no more', () => {
  const [first] = Object.keys(paper.presets);
  expect(line(first, [0])).toBe('npx advml run paper');
  expect(line('smoke', [7])).toBe('npx advml run paper --preset smoke --seed 7');
  expect(line('smoke', [0, 1, 2])).toBe('npx advml run paper --preset smoke --seeds 3');
  expect(line('smoke', [0], { tau: 0.12, data: { margin: 0 }, claims: ['C2', 'C10'] })).toBe(
    'npx advml run paper --preset smoke --claims C2,C10 --set tau=0.12 --set data.margin=0',
  );
  expect(line('smoke', [0], { claims: 'all' })).toBe('npx advml run paper --preset smoke --claims all');
});

test('says lists as a shell takes them', () => {
  expect(line('smoke', [0], { scaling: { dimensions: [48, 64, 80] } })).toMatch(
    / --set 'scaling.dimensions=\[48,64,80\]'$/,
  );
});

test('says texts that look like numbers or lists so that they stay texts', () => {
  const experiment = defineExperiment({
    name: 'texts',
    settings: { folder: z.string().default('') },
    stages: { a: { measure: () => 1 } },
  });
  const setLine = (folder: string) =>
    commandLine({ preset: 'default', seeds: [0], setting: { folder } }, experiment as unknown as Experiment);
  expect(setLine('007')).toBe(`npx advml run texts --set 'folder="007"'`);
  expect(setLine('[1]')).toBe(`npx advml run texts --set 'folder="[1]"'`);
  expect(setLine('runs/a')).toBe('npx advml run texts --set folder=runs/a');
});

test('is left out where no line says the seeds or the preset', () => {
  expect(line('smoke', [3, 8])).toBeUndefined();
  expect(commandLine({ preset: 'own', seeds: [0], setting: settingOf() }, paper)).toBeUndefined();
});

test('the words of attacks are explained once each, PGD not for APGD', () => {
  const terms = (...labels: string[]) => attackTerms(labels).map(({ term }) => term);
  expect(terms('worst of [APGD-linf, 10 steps, crossEntropy; Square-linf, 50 queries]', 'APGD-l2, 5 steps')).toEqual([
    'APGD',
    'Square',
    'crossEntropy',
    'N queries',
  ]);
  expect(terms('PGD-l2, 20 steps, chosen start, gradients of another model', 'dense mixture')).toEqual([
    'PGD',
    'dense mixture',
    'chosen start',
    'gradients of another model',
  ]);
  expect(terms('worst of [worst of [PGD-l2; FGM-l2], 3 times; Square-l2, 5 queries]')).toEqual([
    'PGD',
    'FGM',
    'Square',
    'N times, N restarts',
    'N queries',
  ]);
  expect(terms('transfer of worst of [PGD-l2; smallest eps of FGM-l2]')).toEqual(['PGD', 'FGM']);
  expect(terms('my own attack')).toEqual([]);
});

test('every certifier is explained by its name', () => {
  const threat = ball(l2, 1);
  for (const certifier of [crown, exactBound, intervalBound, jointBound, lipschitzBound]) {
    const { label } = certifier({ threat });
    expect(label).toMatch(RegExp(`^${attackTerms([label])[0]?.term}\\b`));
  }
});

test('every attack on its own is explained by its name, also towards wrong classes', () => {
  const [threat, sparse, few] = [ball(l2, 1), ball(l1, 1), ball(l0, 1, { low: 0, high: 1 })];
  const made: Attack[] = [
    ...[apgd, bim, carliniWagner, ddn, deepFool, fab, fgm, fmn, hopSkipJump, miFgsm, noise, square].map((factory) =>
      factory({ threat }),
    ),
    pgd({ threat, steps: 1 }),
    slide({ threat: sparse }),
    sigmaZero({ threat: few }),
    sparsePgd({ threat: few }),
    denseMixture({ threat, direction: [1] }),
    universal({ threat, delta: [1] }),
  ];
  for (const { label } of made)
    expect(label, 'begins with a word that is explained').toMatch(RegExp(`^${attackTerms([label])[0]?.term}\\b`));
  expect(miFgsm({ threat }).label).toBe('MI-FGSM-l2, 10 steps, decay 1');
  for (const classes of [1, 9])
    expect(attackTerms([targetedSweep(pgd({ threat, steps: 1 }), classes).label])).toContainEqual({
      term: 'towards wrong classes',
      words: 'it is made once for each of them',
    });
});
