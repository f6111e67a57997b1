// Parts bring their claims and settings: what an experiment of them can be asked for is written once.

import { InputError } from '@advml/core';
import { describe, expect, it } from 'vitest';
import {
  type ClaimRule,
  choicesOf,
  count,
  experimentOfParts,
  fieldsOf,
  networkStage,
  type Part,
  parseSetting,
  type SettingOfParts,
  settingRows,
} from '../src/index.ts';
import { afterTheirNeeds } from '../src/stages/stages.ts';

interface Main {
  readonly size: number;
}
type Wide = Main & { readonly wide: number };

const rule = (id: string): ClaimRule<number, Main> => ({
  id,
  statement: id,
  quantity: id,
  bar: '> 0',
  find: (value) => ({ value, holds: value > 0 }),
});
const stage = (name: string, ...needs: string[]) =>
  networkStage({ name, networks: {}, world: () => 0, needs }, () => 0);
const bare = { stages: () => [], measures: async () => 1, tables: () => [], figures: async () => [] };
const narrow: Part<number, Main, number> = {
  ...bare,
  name: 'narrow',
  claims: [rule('C10'), rule('C2')],
  stages: () => [stage('accuracy'), stage('curve')],
};
const wide: Part<number, Wide, number> = {
  ...bare,
  name: 'wide',
  claims: [],
  settings: { wide: count(1).default(3).describe('Width') },
  faults: ({ size, wide }) => (wide > size ? [{ path: ['wide'], message: `wide must be at most size ${size}` }] : []),
};
const long: Part<number, Main, number> = {
  ...bare,
  name: 'long',
  claims: [],
  early: true,
  stages: () => [stage('proof', 'training'), stage('compared', 'curve'), stage('last', 'training')],
};
const parts = [narrow, wide, long] as const;

type Setting = SettingOfParts<typeof parts> & { claims: 'all' };
const experiment = experimentOfParts<number, Setting>({
  name: 'two-parts',
  title: 'Two parts',
  introduction: [],
  presets: { default: {} },
  caveats: {},
  withoutEffect: [],
  settings: {
    size: count(1).default(5).describe('Size'),
    ...fieldsOf(parts),
    last: count(1).default(1).describe('Last'),
  },
  faults: ({ size }) => (size === 13 ? [{ path: ['size'], message: 'size must not be 13' }] : []),
  chosen: ['C2'],
  parts,
  world: () => 0,
  check: async () => {},
  training: () => [stage('training')],
  circumstances: () => ({ threat: '', examples: '', detail: {} }),
});
const { schema, withoutEffect } = experiment;
const parse = (overrides: Readonly<Record<string, unknown>>) => parseSetting(schema, [overrides]);

describe('an experiment of parts', () => {
  it('can be asked for their claims in order, and for parts without any', () => {
    expect(choicesOf(parts)).toEqual(['C2', 'C10', 'wide', 'long']);
    expect(parse({}).claims).toEqual(['C2']);
    expect(parse({ claims: ['wide', 'C10'] }).claims).toEqual(['wide', 'C10']);
    expect(() => parse({ claims: ['narrow'] })).toThrow("expected 'all' or a list of C2, C10, wide");
    expect(withoutEffect).toEqual(['claims']);
  });

  it('has their settings where it puts them', () => {
    expect(settingRows(schema).map(({ key }) => key)).toEqual(['claims', 'size', 'wide', 'last']);
    expect(parse({ wide: 4 })).toEqual({ claims: ['C2'], size: 5, wide: 4, last: 1 });
    expect(() => parse({ wdie: 4 })).toThrow("unknown key 'wdie'; the nearest known key is 'wide'");
  });

  const orderOf = async (claims: Setting['claims'] | readonly string[]) =>
    (await experiment.stages({ ...parse({}), claims: claims as Setting['claims'] }, 0)).map(({ name }) => name);

  it('trains first, then begins what is long and can begin', async () => {
    expect(await orderOf('all')).toEqual(['training', 'proof', 'last', 'accuracy', 'curve', 'compared']);
  });

  it('refuses stages that need each other', () => {
    const circle = [stage('a', 'b'), stage('first'), stage('b', 'c'), stage('c', 'a')];
    expect(() => afterTheirNeeds(circle)).toThrow('the stages a, b, c need each other');
  });

  it('makes what a part needs of another one that nobody asked for', async () => {
    expect(await orderOf(['long'])).toEqual(['training', 'proof', 'last', 'curve', 'compared']);
  });

  it('lists its own faults and theirs together', () => {
    expect(() => parse({ wide: 6 })).toThrow(InputError);
    expect(() => parse({ wide: 14, size: 13 })).toThrow(
      /size: size must not be 13, got 13\n {2}wide: wide must be at most size 13, got 14/,
    );
  });
});

it('a stage of networks waits for what makes them, and for what else it needs', () => {
  const networks = { clean: 'clean training', robust: 'adversarial training' };
  const stage = networkStage({ name: 'compared', networks, world: () => 0, needs: ['other'] }, () => 0);
  expect(stage.needs).toEqual(['clean training', 'adversarial training', 'other']);
});
