// What the examples in the guides do: a run, its test data in a file, and attacks on both, which agree.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors } from '@advml/formats';
import { expect, it, vi } from 'vitest';
import { main } from '../src/index.ts';
import { advml, temporaryFolder, tinySettings } from './child.ts';

/** What needs no thread of its own, in this process: quicker. */
async function here(...args: string[]): Promise<void> {
  const quiet = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockReturnValue(true));
  try {
    expect(await main(args)).toBe(0);
  } finally {
    for (const spy of quiet) spy.mockRestore();
  }
}

/** What a command says first. */
const said = expect.stringMatching(/^accuracy without an attack: .* on 24 examples\n/);

it('attacks a run on its own data, and its weights on a file of them; other data are noticed', {
  timeout: 240_000,
}, async () => {
  const folder = temporaryFolder();
  const [run, own, other] = ['run', 'own.safetensors', 'other.safetensors'].map((name) => join(folder, name));
  const settings = tinySettings(folder);
  await here(
    'run',
    'paper',
    '--preset',
    'smoke',
    '--config',
    settings,
    '--claims',
    'C2',
    '--workers',
    '1',
    '--out',
    run,
  );
  await here('data', run, '--examples', '24', '--out', own);
  const same = ['data', 'sparse-coding', '--set', 'data.dimension=32', '--examples', '24', '--out', other];
  await here(...same);
  const numbers = (file: string) => decodeSafetensors(readFileSync(file)).tensors;
  expect(numbers(other)).toEqual(numbers(own)); // seed 0 with the same setting
  await here(...same, '--seed', '9');
  expect(numbers(other)).not.toEqual(numbers(own));

  const work = ['--steps', '3', '--queries', '9', '--json'];
  const ofRun = await advml(['attack', run, '--examples', '24', ...work]);
  expect(ofRun).toMatchObject({ code: 0, stderr: said });
  const files = ['attack', '--weights', join(run, 'weights', 'robust.safetensors')];
  const { threat, clean, accuracy, request, warnings } = JSON.parse(ofRun.stdout);
  const threatOf = ['--norm', request.norm, '--eps', `${request.eps}`];
  const ofFiles = await advml([...files, '--data', own, ...threatOf, ...work]);
  expect(ofFiles).toMatchObject({ code: 0, stderr: said });
  expect(JSON.parse(ofFiles.stdout)).toMatchObject({ threat, clean, accuracy, warnings });
  const measured = JSON.parse(readFileSync(join(run, 'measures', 'robustness-robust.json'), 'utf8')).value.clean.value;
  expect(clean.value).toBe(measured);

  const named = [...files, '--network', 'symmetric-two-layer'];
  const ofOther = await advml([...named, '--data', other, ...threatOf, ...work]);
  const warning = `where the run in ${run} measured ${measured.toFixed(4)}: are these examples of its kind?`;
  expect(ofOther.stderr).toContain(warning);
  expect(JSON.parse(ofOther.stdout).warnings[0]).toContain(warning);
});
