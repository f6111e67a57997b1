// Worker threads that make stages of an experiment of one's own: which code they run, and what becomes of one that is lost.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { useWasm } from '@advml/wasm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { diskStore, loadExperiment, stageWorkers } from '../src/disk.ts';
import { startRun } from '../src/index.ts';

let place: string;
beforeAll(async () => {
  await useWasm();
  place = mkdtempSync(join(tmpdir(), 'advml-threads-'));
  symlinkSync(fileURLToPath(new URL('../../../node_modules', import.meta.url)), join(place, 'node_modules'));
});
afterAll(() => rmSync(place, { recursive: true }));

/** An experiment in a file, whose one stage is given as text, and a thread for it. */
async function inFile(name: string, measure: string) {
  const file = join(place, `${name}.mjs`);
  const text = `import { existsSync } from 'node:fs';
import { defineExperiment } from '@advml/runs';
export default defineExperiment({ name: '${name}', settings: {}, stages: { a: { measure: ${measure} } } });
`;
  writeFileSync(file, text);
  const { experiment, url, module } = await loadExperiment(file);
  const runner = stageWorkers({ workers: 1, module: url });
  onTestFinished(() => runner.close());
  const run = (seed: number) =>
    startRun(diskStore(join(place, `${name}-${seed}`)), experiment, { seeds: [seed] }, { runner, module });
  return { file, text, run };
}

describe('a thread', () => {
  it('runs nothing of a file that was edited after the run had loaded it', async () => {
    const { file, text, run } = await inFile('edited', '() => 1');
    writeFileSync(file, text.replace('=> 1', '=> 2'));
    await expect(run(0)).rejects.toThrow(/edited\.mjs has changed since the run in .* began/);
  });

  it.each(['throw new Error("late")', 'process.exit(3)'])(
    'that ends by %s after its stage is replaced',
    async (how) => {
      const sign = join(place, 'now');
      const late = `setInterval(() => { if (existsSync('${sign}')) ${how}; }, 10)`;
      const { run } = await inFile(how.slice(0, 5), `() => { ${late}; return 1; }`);
      expect(await run(0)).toEqual([]);
      writeFileSync(sign, '');
      await setTimeout(1000);
      rmSync(sign);
      expect(await run(1)).toEqual([]);
    },
  );
});
