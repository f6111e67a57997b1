// The digest of a module changes with every file of its own that it loads, however it names it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findModule } from '../src/disk.ts';

it.each([
  ["import { h } from './h.mjs';", 'h.mjs'],
  ["export*from'./h.mjs'", 'h.mjs'],
  ['await import(/* later */ "./h.mjs");', 'h.mjs'],
  ["await import(\n  // the large one\n  './h.mjs',\n);", 'h.mjs'],
  [`// what we import\n${'/* a */\n'.repeat(40)}const { h } = await import('./h.mjs');`, 'h.mjs'], // read in no time
  ["import { h } from './h.js';\nconst half = h! / 2;", 'h.ts'],
  ["import { h } from './h.mjs';", 'h.mts'],
  ["import { h } from './deep/h';", 'deep/h.ts'],
  ["import { h } from './deep';", 'deep/index.ts'],
  ["const { h } = require('./h.cjs');", 'h.cjs'],
  ['const h = require("./h"); // not from "./%" or "./%2F"', 'h.json'],
])('%s depends on %s, and on what that imports', async (text, file) => {
  const folder = mkdtempSync(join(tmpdir(), 'advml-digest-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, content: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const digest = async () => (await findModule('experiment', join(folder, 'mine.mjs'))).digest;
  write('mine.mjs', text);
  const further = join(dirname(file), 'further.mjs');
  const digests = [await digest()];
  for (const [name, content] of [
    [file, 'export const h = 1;'],
    [file, "export { h } from './further.mjs';"],
    [further, 'export const h = 1;'],
    [further, 'export const h = 2;'],
  ]) {
    write(name, content);
    digests.push(await digest());
  }
  expect(new Set(digests).size).toBe(5);
});
