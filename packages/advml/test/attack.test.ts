// The attack command on linear models whose robust accuracy is known, with files that it can go on from.
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { key } from '@advml/core';
import { decodeJsonLines, encodeSafetensors } from '@advml/formats';
import type { Evaluation, ExampleRecord } from '@advml/metrics';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { distancesFigure } from '../src/attack/figures.ts';
import { advml, type Ended, leavings, temporaryFolder } from './child.ts';
import { here } from './here.ts';

const count = 40;
const w = [1, -2, 0.5];
const x = key('attack command', 'x').normal(3 * count);
const scores = Array.from({ length: count }, (_, at) => w.reduce((sum, value, j) => sum + value * x[3 * at + j], 0));

const F32 = (shape: number[], data: Float32Array) => ({ dtype: 'F32' as const, shape, data });

function files(folder: string): string[] {
  const [weights, data] = [join(folder, 'weights.safetensors'), join(folder, 'data.safetensors')];
  const layer = { 'layer1.weight': F32([1, 3], Float32Array.from(w)), 'layer1.bias': F32([1], new Float32Array(1)) };
  writeFileSync(weights, encodeSafetensors(layer));
  const y = { dtype: 'I32' as const, shape: [count], data: Int32Array.from(scores, Math.sign) };
  writeFileSync(data, encodeSafetensors({ x: F32([count, 3], x), y }));
  const small = ['--steps', '10', '--queries', '60', '--norm', 'l2', '--eps', '0.3', '--curve', '0.1'];
  return ['attack', '--weights', weights, '--network', 'mlp', '--data', data, ...small];
}

const recordsIn = (folder: string) =>
  decodeJsonLines(readFileSync(join(folder, 'records.jsonl'), 'utf8')).records as ExampleRecord[];

/** Sends a signal once there are so many parts. */
const signalAt = (signal: NodeJS.Signals, parts: string, lines: number) => (child: ChildProcess) => {
  const look = setInterval(() => {
    if (!existsSync(parts) || readFileSync(parts, 'utf8').split('\n').length <= lines) return;
    clearInterval(look);
    child.kill(signal);
  }, 5);
  child.on('exit', () => clearInterval(look));
};

const robust = (eps: number) => scores.filter((score) => Math.abs(score) > eps * Math.hypot(...w)).length;

/** What a command says first, and nothing more. */
const said = expect.stringMatching(/^accuracy without an attack: .* on \d+ examples\n$/);

/** A page beside the weights, under the name of data. */
function pageIn(args: readonly string[]): string {
  const page = `${args[args.indexOf('--weights') + 1]}.html`;
  writeFileSync(page, '<!doctype html><html>');
  return page;
}

const absent = ['--weights', 'w', '--network', 'mlp', '--data', 'none.safetensors', '--norm', 'l2', '--eps', '1'];

describe('advml attack', () => {
  it('prints the known accuracy, leaves records, and goes on from what is done', { timeout: 240_000 }, async () => {
    const folder = temporaryFolder();
    const args = [...files(folder), '--out', folder, '--workers', '1']; // threads cut parts in other places
    const first = await advml([...args, '--json']);
    expect(first).toMatchObject({ code: 0, stderr: said });
    const found = JSON.parse(first.stdout);
    expect(found.accuracy.successes).toBe(robust(0.3));
    expect(found.curve.map(({ accuracy }: { accuracy: { successes: number } }) => accuracy.successes)).toEqual(
      [0, 0.1, 0.3].map(robust),
    );
    expect(found.masking).toEqual([]);
    expect(found).toMatchObject({ request: { norm: 'l2', eps: 0.3, seed: 0 }, environment: { backend: 'wasm' } });
    const digest = (file: string) =>
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex');
    expect(found.model.sha256).toBe(digest('weights.safetensors'));
    expect(found.data).toMatchObject({ sha256: digest('data.safetensors'), examples: count });
    expect(JSON.parse(readFileSync(join(folder, 'attack.json'), 'utf8'))).toEqual(found);
    const records = recordsIn(folder);
    expect(records).toHaveLength(count);
    expect(records.filter((record) => record.robust)).toHaveLength(robust(0.3));

    const parts = join(folder, 'parts.jsonl');
    const lines = readFileSync(parts, 'utf8').split('\n');
    writeFileSync(parts, `${lines.slice(0, 3).join('\n')}\n`);
    appendFileSync(parts, lines[3].slice(0, 20)); // killed while it wrote
    const again = await advml(args);
    expect(again).toMatchObject({ code: 0, stderr: said });
    expect(again.stdout).toMatch(new RegExp(`worst case of each example +${(robust(0.3) / count).toFixed(4)}`));
    expect(JSON.parse(readFileSync(join(folder, 'attack.json'), 'utf8'))).toEqual(found);
    expect(readFileSync(parts, 'utf8').split('\n').sort()).toEqual(lines.sort());
  });

  it('leaves the records as Parquet too, and figures with a curve and a histogram for each attack', async () => {
    const folder = temporaryFolder();
    const { code, stdout } = await advml([...files(folder), '--out', folder, '--json']);
    expect(code).toBe(0);
    const { attacks }: Evaluation = JSON.parse(stdout);
    const { buffer } = Uint8Array.from(readFileSync(join(folder, 'records.parquet')));
    const rows = recordsIn(folder).map(({ distances, ...record }) => ({
      ...record,
      ...Object.fromEntries(distances.map((distance, at) => [`distance: ${attacks[at].attack}`, distance])),
    }));
    expect(await parquetReadObjects({ file: buffer })).toEqual(rows);
    const optional = parquetMetadata(buffer).schema.filter((column) => column.repetition_type === 'OPTIONAL');
    expect(optional.map(({ name }) => name)).toEqual(
      ['attack', 'distance', 'attackGradients', 'attackQueries'].concat(
        attacks.map((own) => `distance: ${own.attack}`),
      ),
    );

    const [curves, distances] = ['curves', 'distances'].map((name) =>
      readFileSync(join(folder, 'figures', `${name}.svg`), 'utf8'),
    );
    for (const svg of [curves, distances]) expect(svg).toMatch(/^<svg xmlns=[\s\S]*<\/svg>\n$/);
    expect(curves).toContain('worst case of each example');
    expect(attacks).toHaveLength(6);
    for (const [at, { attack, accuracy, curve }] of attacks.entries()) {
      expect(curves).toContain(attack);
      const broken = rows.filter((row) => row[`distance: ${attack}` as keyof typeof row] !== null).length;
      expect(broken).toBe(count - accuracy.successes);
      expect(distances.includes(`${attack}: ${broken} broken`)).toBe(broken > 0);
      expect([at, curve.map(({ eps }) => eps)]).toEqual([at, [0, 0.1, 0.3]]);
    }
  });

  describe('with many parts', () => {
    let place: string;
    let args: string[];
    let ended: Ended;
    beforeAll(async () => {
      place = mkdtempSync(join(tmpdir(), 'advml-attack-'));
      args = [...files(place), '--curve', '0.05,0.1,0.2,0.4', '--queries', '300', '--workers', '1', '--out'];
      ended = await advml([...args, join(place, 'whole')]);
    }, 240_000);
    afterAll(() => rmSync(place, { recursive: true }));

    it.each(['SIGINT', 'SIGKILL'] as const)(
      'stopped by %s goes on to the same bytes',
      { timeout: 240_000 },
      async (signal) => {
        const [whole, out] = [join(place, 'whole'), join(place, signal)];
        expect(ended.code).toBe(0);
        const onStart = signalAt(signal, join(out, 'parts.jsonl'), 3);
        const stopped = await advml([...args, out], { onStart });
        if (signal === 'SIGKILL') expect(stopped.signal).toBe(signal);
        else
          expect(stopped).toMatchObject({
            code: 130,
            stdout: '',
            stderr: expect.stringMatching(/^accuracy .*\nstopping .*\nstopped; the same command goes on\n$/),
          });
        const lock = signal === 'SIGKILL' ? ['parts.lock/owner.json'] : []; // which the next one takes over
        expect(Object.keys(leavings(out))).toEqual(['parts.jsonl', ...lock]);
        expect(await advml([...args, out])).toMatchObject({ code: 0, stderr: said, stdout: ended.stdout });
        expect(leavings(out)).toEqual(leavings(whole));
      },
    );
  });

  it('answers Ctrl-C in the middle of a slice', { timeout: 240_000 }, async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const endless = [...files(folder), '--queries', '100000000', '--eps', '0.001', '--out', out];
    let sent = Infinity;
    const onStart = (child: ChildProcess) => {
      const look = setInterval(() => {
        const lines = existsSync(join(out, 'parts.jsonl'))
          ? readFileSync(join(out, 'parts.jsonl'), 'utf8').split('\n')
          : [];
        if (!lines.some((line) => line.includes('FAB'))) return; // Square is next
        clearInterval(look);
        setTimeout(() => {
          sent = performance.now();
          child.kill('SIGINT');
        }, 300);
      }, 20);
    };
    expect(await advml(endless, { onStart })).toMatchObject({ code: 130, stdout: '' });
    expect(performance.now() - sent).toBeLessThan(5000); // the slice takes hours, and test machines are busy
    expect(Object.keys(leavings(out))).toEqual(['parts.jsonl']);
  });

  it('aims at as many classes as it is told, and leaves no histogram where nothing breaks', async () => {
    const folder = temporaryFolder();
    const args = files(folder);
    const layer = {
      'layer1.weight': F32([4, 3], Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, -1, -1, -1])),
      'layer1.bias': F32([4], new Float32Array(4)),
    };
    writeFileSync(args[args.indexOf('--weights') + 1], encodeSafetensors(layer));
    const corners = Float32Array.from([9, 0, 0, 0, 9, 0, 0, 0, 9, -9, -9, -9]);
    const data = { x: F32([4, 3], corners), y: { dtype: 'I32' as const, shape: [4], data: Int32Array.of(0, 1, 2, 3) } };
    writeFileSync(args[args.indexOf('--data') + 1], encodeSafetensors(data));
    const found = await advml([...args, '--targets', '2', '--box=-9,9', '--out', folder]);
    expect(found).toMatchObject({ code: 0, stderr: said });
    expect(found.stdout).toMatch(/towards up to 2 wrong classes +1\.0000/);
    expect(Object.keys(leavings(folder))).toContain('figures/curves.svg');
    expect(Object.keys(leavings(folder))).not.toContain('figures/distances.svg');
  });

  it('refuses parts that are damaged, and a folder that is none', async () => {
    const folder = temporaryFolder();
    const args = files(folder);
    writeFileSync(join(folder, 'parts.jsonl'), '{"job":\n');
    const damaged = await here(...args, '--out', folder);
    expect(damaged.code).toBe(2);
    expect(damaged.stderr).toMatch(/parts\.jsonl is damaged \(line 1 is not JSON.*\); remove the file and start again/);
    const blocked = await here(...args, '--out', join(folder, 'parts.jsonl'));
    expect(blocked).toMatchObject({ code: 2, stdout: '' });
    expect(blocked.stderr).toContain(
      'a part of the path is a file or a link that leads nowhere; choose another folder',
    );
  });

  it.each([
    ['a model where a run should be', () => ['attack', 'cnn.onnx'], 'give it as --model cnn.onnx'],
    ['no run', () => ['attack', 'no/such'], 'no/such holds no run'],
    ['a web page', (args: string[]) => [...args, '--data', pageIn(args)], 'a web page (HTML)'],
    ['a radius too large', (args: string[]) => [...args, '--norm', 'l1', '--eps', '1e39'], 'eps must be'],
    [
      'an unknown network',
      (args: string[]) => [...args, '--network', 'transformer'],
      '--network must be one of mlp, cnn, resnet, symmetric',
    ],
    ['another network', (args: string[]) => [...args, '--network', 'symmetric-two-layer'], "hold no 'weight'"],
    ['a file that is not there', () => ['attack', ...absent], "cannot read 'w'"],
  ])('refuses %s', async (_, spoil, message) => {
    const { code, stderr } = await here(...spoil(files(temporaryFolder())));
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

it('the radius of a figure has few digits', () => {
  const evaluation = {
    attacks: [{ attack: 'PGD' }],
    records: [{ distances: [0.01] }],
    curve: [{ eps: 0 }, { eps: 0.05 }],
  };
  const figure = distancesFigure(evaluation as never, { norm: 'linf', eps: 8 / 255 } as never);
  expect(figure).toContain('>eps 0.0314<');
});
