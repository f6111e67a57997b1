// What may import what: no circle of files, no import from one leaf package into another, no experiment in the engine of runs, no
// folder of attacks that knows a higher one.
// An import of types alone counts as any other: whoever reads one file of a circle must read the others.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { suites } from '../../../scripts/suites/index.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What each file imports or hands on: paths of files, and names of packages. */
type Imports = ReadonlyMap<string, readonly string[]>;

const SPECIFIER = /^(?:import|export|\} from)\b[^;]*?from '([^']+)'|\bimport\('([^']+)'\)|new URL\('(\.[^']+\.ts)'/gm;

function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  return Array.from(source.matchAll(SPECIFIER), ([, from, dynamic, url]) => from ?? dynamic ?? url).map((name) =>
    name.startsWith('.') ? normalize(join(dirname(file), name)) : name,
  );
}

const files = readdirSync(join(root, 'packages')).flatMap((name) => {
  const folder = join('packages', name, 'src');
  return readdirSync(join(root, folder), { encoding: 'utf8', recursive: true })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path));
});
const sources: Imports = new Map(files.map((file) => [file, importsOf(file)]));

/** The first circle that a walk along the imports meets; undefined if there is none. */
function circleOf(graph: Imports): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const found = walk(next, [...way, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const found = walk(file, []);
    if (found) return found;
  }
  return undefined;
}

describe('files', () => {
  it('are seen with what they import', () => {
    expect(sources.get('packages/core/src/norms.ts')).toEqual(
      expect.arrayContaining(['packages/core/src/l1.ts', 'packages/core/src/norm.ts']),
    );
    const all = [...sources.values()].flat();
    expect(all.filter((name) => name.endsWith('.ts') && name.startsWith('packages') && !sources.has(name))).toEqual([]);
  });

  it('are in no circle', () => {
    expect(circleOf(sources)).toBeUndefined();
  });

  it('would be found in one', () => {
    const graph = { a: ['b'], b: ['c', 'd'], c: [], d: ['e'], e: ['b'] };
    expect(circleOf(new Map(Object.entries(graph)))).toEqual(['b', 'd', 'e', 'b']);
  });
});

/** What is loaded at once with a file of a package: all that it imports but types, and what these import, in the same package. */
function loadedWith(file: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  const load = (one: string) => {
    if (loaded.has(one)) return;
    loaded.add(one);
    if (!sources.has(one)) return; // another package
    const source = readFileSync(join(root, one), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [, from] of source.matchAll(/^(?:import|export|\} from)\b(?! type)[^;]*?from '([^']+)'/gm))
      load(from.startsWith('.') ? normalize(join(dirname(one), from)) : from);
  };
  load(file);
  return loaded;
}

describe('figures', () => {
  it.each([
    'packages/runs/src/index.ts',
    'packages/runs/src/disk.ts',
    'packages/experiments/src/index.ts',
    'packages/advml/src/index.ts',
    'packages/advml/src/commands/attack.ts',
  ])('what draws them is not loaded with %s', (file) => {
    expect(loadedWith(file)).not.toContain('@advml/plots');
    expect(loadedWith(file).size).toBeGreaterThan(3);
  });

  it('is loaded with them', () => {
    expect(loadedWith('packages/advml/src/attack/figures.ts')).toContain('@advml/plots');
  });
});

describe('a queue', () => {
  it.each(['sweep', 'worker'])('needs what is not loaded with advml %s, since few install it', (command) => {
    const loaded = [...loadedWith(`packages/advml/src/commands/${command}.ts`)];
    expect(loaded).toContain('packages/advml/src/queue/connection.ts');
    expect(loaded.filter((name) => ['bullmq', 'ioredis'].includes(name))).toEqual([]);
  });
});

describe('suites', () => {
  const seenBy = (name: string) => suites.find((suite) => suite.name === name)?.sees ?? /./;
  it('of types see programs of every kind', () => {
    for (const file of ['a.ts', 'a.tsx', 'a.mts', 'a.cts', 'a.js', 'a.mjs', 'a.cjs', 'a.json'])
      expect(file).toMatch(seenBy('types'));
  });

  it.each(['pack', 'packages', 'publish', 'consumers'])('%s sees every file that is published', (name) => {
    const published = readdirSync(join(root, 'packages')).flatMap((folder) => {
      const { files } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
      const kept = files.filter((file: string) => file !== 'dist' && !file.startsWith('!'));
      return ['package.json', 'README.md', 'LICENSE', ...kept].map((file) => `packages/${folder}/${file}`);
    });
    expect(published.length).toBeGreaterThan(60);
    expect(published.filter((file) => !seenBy(name).test(file))).toEqual([]);
  });
});

describe('packages', () => {
  const ours = (file: string) =>
    (sources.get(file) ?? []).flatMap((name) => /^@advml\/([^/]+)/.exec(name)?.slice(1) ?? []);
  it.each([
    ...['wasm', 'data', 'networks', 'models', 'optimizers', 'attacks', 'certify', 'metrics', 'purification'].map(
      (leaf) => [leaf, ['core']],
    ),
    ['core', []],
    ['formats', []],
    ['plots', []],
    ['training', ['core']],
    ['runs', ['core', 'formats', 'metrics', 'plots', 'training', 'wasm']],
  ] as [string, string[]][])('%s imports of ours only %j', (name, allowed) => {
    const found = files.filter((file) => file.startsWith(`packages/${name}/src/`)).flatMap(ours);
    expect(found.filter((other) => !allowed.includes(other))).toEqual([]);
  });
});

describe('folders of attacks', () => {
  const folders = { search: [], ascent: ['search'], minimal: ['search'], 'gradient-free': ['search'] };
  const of = (file: string) => /^packages\/attacks\/src\/([^/]+)\//.exec(file)?.[1];
  it.each(Object.entries<string[]>(folders))('%s knows itself and %j', (folder, below) => {
    const inside = files.filter((file) => of(file) === folder);
    const known = new Set(inside.flatMap((file) => sources.get(file) ?? []).flatMap((name) => of(name) ?? []));
    expect(inside.length).toBeGreaterThan(0);
    expect([...known].filter((name) => name !== folder && !below.includes(name))).toEqual([]);
  });
});
