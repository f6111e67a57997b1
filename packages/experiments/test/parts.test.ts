// The house of the experiments: every part is a folder of the same shape, a claim is one file and one line, and nothing forgotten.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ClaimRule, settingRows } from '@advml/runs';
import { describe, expect, it } from 'vitest';
import { experimentNamed } from '../src/catalogue.ts';
import { imagesParts } from '../src/images/parts.ts';
import { paperParts } from '../src/paper/parts.ts';
import { patchesParts } from '../src/patches/parts.ts';

const src = join(import.meta.dirname, '../src');
const guides = join(import.meta.dirname, '../../../docs/guides');

describe.each([
  ['paper', paperParts, 'paper', 'reading-the-results.md'],
  ['images', imagesParts, 'images-cnn', 'real-images.md'],
  ['patches', patchesParts, 'patches', 'patches.md'],
] as const)('the parts of %s', (house, parts, experiment, results) => {
  const folders = readdirSync(join(src, house)).filter((name) => existsSync(join(src, house, name, 'part.ts')));

  it('are folders, each of which is in the list', () => {
    expect(parts.map(({ name }) => name).toSorted()).toEqual(folders.toSorted());
  });

  it.each(folders)('%s has the files that every part has, and those that it needs', (folder) => {
    const part = parts.find(({ name }) => name === folder);
    const names = readdirSync(join(src, house, folder));
    for (const name of ['part.ts', 'stages.ts', 'measures.ts', 'tables.ts']) expect(names).toContain(name);
    expect(names.includes('setting.ts')).toBe(part?.settings !== undefined);
    expect(names.includes('claims')).toBe((part?.claims.length ?? 0) > 0);
    for (const name of names)
      expect(name, 'plural names, claims in their folder').not.toMatch(/^(figure|table|[cp]\d+)\.ts$/);
  });

  it.each(folders)('%s judges the claims of its files, each in the file of its name', async (folder) => {
    const at = join(src, house, folder, 'claims');
    const files = existsSync(at) ? readdirSync(at).filter((name) => name !== 'index.ts') : [];
    const written = await Promise.all(
      files.map(async (file) => {
        const rules = Object.values<ClaimRule>(await import(join(at, file)));
        expect(rules.map(({ id }) => `${id.toLowerCase()}.ts`)).toEqual([file]);
        return rules[0].id;
      }),
    );
    const judged = parts.find(({ name }) => name === folder)?.claims.map(({ id }) => id);
    expect(judged?.toSorted(), 'a file of claims/ needs its line in claims/index.ts').toEqual(written.toSorted());
  });

  it('can be chosen, and set, without a second list', () => {
    const { schema } = experimentNamed(experiment);
    const ids = parts.flatMap((part) => (part.claims.length > 0 ? part.claims.map(({ id }) => id) : [part.name]));
    expect(schema.safeParse({ claims: ids }).success).toBe(true);
    expect(schema.safeParse({ claims: ['C99'] }).success).toBe(false);
    const sections = new Set(settingRows(schema).map(({ key }) => key.split('.')[0]));
    for (const { settings } of parts) for (const name of Object.keys(settings ?? {})) expect(sections).toContain(name);
  });

  it('say in the guides what their claims mean and what came out', () => {
    for (const guide of ['concepts.md', results]) {
      const text = readFileSync(join(guides, guide), 'utf8');
      for (const { claims } of parts)
        for (const { id } of claims) expect(text, guide).toMatch(new RegExp(`\\b${id}\\b`));
    }
  });
});

it('keeps the order of settings that fingerprints of earlier run folders were made of', () => {
  const keysOf = (name: string) => Object.keys(experimentNamed(name).schema.parse({}) as object);
  expect(keysOf('paper').join()).toBe(
    'claims,tau,data,network,clean,adversarial,evaluation,overfitting,path,scaling,lowComplexity,linf,lowRank,ablations,checkpointEvery',
  );
  expect(keysOf('patches').join()).toBe(
    'claims,eps,data,network,clean,adversarial,evaluation,clusters,checkpointEvery',
  );
  for (const name of ['images-mlp', 'images-cnn', 'images-resnet'])
    expect(keysOf(name).join()).toBe(
      'claims,data,threats,initialScale,clean,adversarial,evaluation,lowRank,sparse,pictures,path,frozen,certificates,checkpointEvery,network',
    );
});
