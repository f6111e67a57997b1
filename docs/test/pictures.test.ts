// Pictures that commands draw are those that the commands draw today, and nothing that can be seen lacks one.
import { existsSync, readFileSync } from 'node:fs';
import { experiments } from '@advml/experiments';
import * as plots from '@advml/plots';
import { describe, expect, it } from 'vitest';

const load = (name: string) => import(new URL(`../${name}.mjs`, import.meta.url).href);
const { architecture, reduced, uses } = await load('architecture');
const gallery = await load('gallery');
const guide = (file: string) => new URL(`../guides/${file}`, import.meta.url);
const read = (file: string) => readFileSync(guide(file), 'utf8');

describe('the picture of the packages', () => {
  it('is what their package.json files say; node docs/architecture.mjs draws it anew', () => {
    expect(read('figures/architecture.svg')).toBe(architecture());
  });

  it('has every package, and an arrow or a longer way for whatever one uses', () => {
    const [all, drawn] = [uses() as Map<string, string[]>, reduced(uses()) as Map<string, string[]>];
    const reached = (name: string): string[] => drawn.get(name)?.flatMap((used) => [used, ...reached(used)]) ?? [];
    for (const [name, used] of all) {
      expect(read('figures/architecture.svg')).toContain(`>${name}</text>`);
      expect([...new Set(reached(name))]).toEqual(expect.arrayContaining(used));
    }
    expect(drawn.get('experiments')).not.toContain('core');
  });
});

describe('the gallery; node docs/gallery.mjs writes it anew', () => {
  const figures: { name: string; code: string }[] = gallery.figures();

  it('is the page that its sources say', () => expect(read('gallery.md')).toBe(gallery.page()));

  it('has every figure of the package', () => {
    const drawing = Object.entries(plots).filter(([name, value]) => typeof value === 'function' && !/dark/i.test(name));
    expect(figures.map(({ name }) => name).sort()).toEqual(drawing.map(([name]) => name).sort());
  });

  it.each(figures)('shows what the example of $name draws', async (figure) => {
    expect(figure.code.split('\n').length).toBeLessThanOrEqual(10);
    expect(read(`gallery/${figure.name}.svg`)).toBe(await gallery.draw(figure));
  });

  it('has a picture of every example and experiment', () => {
    for (const { name } of gallery.programs()) expect(existsSync(guide(`gallery/${name}.svg`)), name).toBe(true);
    expect(Object.keys(gallery.experiments).sort()).toEqual(experiments.map(({ name }) => name).sort());
  });
});
