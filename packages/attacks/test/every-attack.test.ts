// A new attack is not done before it stands wherever attacks are listed: each of these checks says what is missing.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as attacks from '../src/index.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** Functions of the package that make no attack of their own. */
const HELPERS = ['battery', 'expectation', 'findPatch', 'findUniversal', 'mixtureStart'];

/** What is missing on purpose, and why. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'a row of the conformance suite': ['fgsm'], // `fgm` by another name
  'a row of a table of the benchmarks': [
    'denseMixture', // needs features, and the tables' networks have none
    'fgsm',
    'ridgeSearch', // needs a sum of ridge functions, and the tables' networks are none
    'worstOf', // as strong as its members, which have rows
  ],
};

const PLACES: readonly [string, string, (name: string) => RegExp][] = [
  [
    'a row of the conformance suite',
    read('test/conformance.test.ts'),
    (name) => RegExp(`^describeAttack\\(\\s*'${name}`, 'm'),
  ],
  [
    'a row of a table of the benchmarks',
    ['attacks-table', 'closest-table'].map((table) => read(`../../bench/${table}.mjs`)).join(),
    (name) => RegExp(`[ (]${name}\\(`),
  ],
  ['a place in the table of the README', read('README.md'), (name) => RegExp(`^\\|.*\`${name}\``, 'm')],
];

const names = Object.keys(attacks).filter((name) => !HELPERS.includes(name));

it.each(PLACES)('every attack has %s', (place, source, row) => {
  expect(names.length).toBeGreaterThan(15);
  const missing = names.filter((name) => !row(name).test(source));
  expect(missing.toSorted()).toEqual([...(EXCEPTIONS[place] ?? [])].toSorted());
});

it('every factory of a folder is exported', () => {
  const factories = ['ascent', 'combine', 'gradient-free', 'minimal'].flatMap((folder) =>
    readdirSync(new URL(`../src/${folder}`, import.meta.url)).flatMap((file) =>
      Array.from(
        read(`src/${folder}/${file}`).matchAll(/^export function (\w+)\(options: \w+\): Attack/gm),
        ([, name]) => name,
      ),
    ),
  );
  expect(factories.length).toBeGreaterThan(12);
  expect(factories.filter((name) => !(name in attacks))).toEqual([]);
});
