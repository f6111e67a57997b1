// The attack command on a linear model whose robust accuracy is known, with files that it can go on from.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { key } from '@advml/core';
import { decodeJsonLines, encodeSafetensors } from '@advml/formats';
import { describe, expect, it } from 'vitest';
import { advml, temporaryFolder } from './child.ts';

const count = 40;
const w = [1, -2, 0.5];
const x = key('attack command', 'x').normal(3 * count);
const scores = Array.from({ length: count }, (_, at) => w.reduce((sum, value, j) => sum + value * x[3 * at + j], 0));

function files(folder: string): string[] {
  const [weights, data] = [join(folder, 'weights.safetensors'), join(folder, 'data.safetensors')];
  const F32 = (shape: number[], data: Float32Array) => ({ dtype: 'F32' as const, shape, data });
  const layer = { 'layer1.weight': F32([1, 3], Float32Array.from(w)), 'layer1.bias': F32([1], new Float32Array(1)) };
  writeFileSync(weights, encodeSafetensors(layer));
  const y = { dtype: 'I32' as const, shape: [count], data: Int32Array.from(scores, Math.sign) };
  writeFileSync(data, encodeSafetensors({ x: F32([count, 3], x), y }));
  const small = ['--steps', '10', '--queries', '60', '--norm', 'l2', '--eps', '0.3', '--curve', '0.1'];
  return ['attack', '--weights', weights, '--network', 'mlp', '--data', data, ...small];
}

const robust = (eps: number) => scores.filter((score) => Math.abs(score) > eps * Math.hypot(...w)).length;

describe('advml attack', () => {
  it('prints the known accuracy, leaves records, and goes on from what is done', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const args = [...files(folder), '--out', folder];
    const first = await advml([...args, '--json']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const found = JSON.parse(first.stdout);
    expect(found.accuracy.successes).toBe(robust(0.3));
    expect(found.curve.map(({ accuracy }: { accuracy: { successes: number } }) => accuracy.successes)).toEqual(
      [0, 0.1, 0.3].map(robust),
    );
    expect(found.masking).toEqual([]);
    expect(JSON.parse(readFileSync(join(folder, 'attack.json'), 'utf8'))).toEqual(found);
    const { records } = decodeJsonLines(readFileSync(join(folder, 'records.jsonl'), 'utf8'));
    expect(records).toHaveLength(count);
    expect(records.filter((record) => 'robust' in record && record.robust)).toHaveLength(robust(0.3));

    const parts = join(folder, 'parts.jsonl');
    const lines = readFileSync(parts, 'utf8').split('\n');
    writeFileSync(parts, `${lines.slice(0, 3).join('\n')}\n`);
    appendFileSync(parts, lines[3].slice(0, 20)); // killed while it wrote
    const again = await advml(args);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(new RegExp(`worst case of each example +${(robust(0.3) / count).toFixed(4)}`));
    expect(JSON.parse(readFileSync(join(folder, 'attack.json'), 'utf8'))).toEqual(found);
    expect(readFileSync(parts, 'utf8').split('\n').sort()).toEqual(lines.sort());
  });

  it.each([
    ['no weights', (args: string[]) => args.filter((_, at) => at !== 1 && at !== 2), 'attack needs --weights'],
    [
      'an unknown network',
      (args: string[]) => [...args, '--network', 'cnn'],
      '--network must be one of mlp, symmetric',
    ],
    ['another network', (args: string[]) => [...args, '--network', 'symmetric-two-layer'], "hold no 'weight'"],
    ['an unknown norm', (args: string[]) => [...args, '--norm', 'l3'], '--norm must be l1, l2 or linf'],
    ['half a box', (args: string[]) => [...args, '--box', '0'], '--box must be LOW,HIGH'],
    ['a file that is not there', (args: string[]) => [...args, '--data', 'none.safetensors'], 'cannot read none'],
  ])('refuses %s', async (_, spoil, message) => {
    const { code, stderr } = await advml(spoil(files(temporaryFolder())));
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});
