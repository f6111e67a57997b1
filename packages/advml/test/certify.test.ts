// The certify command on models of which it is known what is robust: a linear one, a hidden layer, two hidden layers.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Key, key, networkMetadata, paramsToArrays } from '@advml/core';
import { decodeJsonLines, encodeSafetensors } from '@advml/formats';
import type { Evaluation, ExampleRecord } from '@advml/metrics';
import { symmetricTwoLayer } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { tensor2d } from '@tensorflow/tfjs-core';
import { parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { SmoothedRecord } from '../src/attack/smooth-bench.ts';
import { advml, leavings, temporaryFolder } from './child.ts';
import { here } from './here.ts';

const F32 = (shape: number[], data: Float32Array) => ({ dtype: 'F32' as const, shape, data });
const [count, width] = [30, 3];
const x = key('certify command', 'x').normal(count * width);

/** Files of a perceptron with such layers and of inputs with the labels that it gives them, in double precision. */
function files(sizes: readonly number[], source: Key) {
  const folder = temporaryFolder();
  const layers = sizes.slice(1).map((out, at) => ({
    weight: source.child('weight', at).normal(out * sizes[at], 1 / Math.sqrt(sizes[at])),
    bias: source.child('bias', at).normal(out, 0.2),
  }));
  const outputsOf = (row: Float32Array) =>
    layers.reduce((h, { weight, bias }, layer) => {
      const input = layer === 0 ? h : h.map((value) => Math.max(value, 0));
      return bias.map((own, out) => input.reduce((sum, value, j) => sum + weight[out * input.length + j] * value, own));
    }, row);
  const labels = Int32Array.from({ length: count }, (_, at) => {
    const [score] = outputsOf(x.subarray(at * width, (at + 1) * width));
    return Math.sign(score);
  });
  const [weights, data] = [join(folder, 'weights.safetensors'), join(folder, 'data.safetensors')];
  const named = layers.flatMap(({ weight, bias }, at) => [
    [`layer${at + 1}.weight`, F32([sizes[at + 1], sizes[at]], weight)],
    [`layer${at + 1}.bias`, F32([sizes[at + 1]], bias)],
  ]);
  writeFileSync(weights, encodeSafetensors(Object.fromEntries(named)));
  writeFileSync(
    data,
    encodeSafetensors({ x: F32([count, width], x), y: { dtype: 'I32', shape: [count], data: labels } }),
  );
  const args = ['certify', '--weights', weights, '--network', 'mlp', '--data', data, '--norm', 'l2', '--eps', '0.2'];
  return { folder, layers, args: [...args, '--curve', '0.05,0.5'] };
}

const recordsIn = (folder: string) =>
  decodeJsonLines(readFileSync(join(folder, 'records.jsonl'), 'utf8')).records as ExampleRecord[];

/** What a command says first, and nothing more. */
const said = expect.stringMatching(/^accuracy without an attack: .* on \d+ examples\n$/);

describe('advml certify', () => {
  it('decides every example of a linear model as its closed form does, and leaves records and a figure', async () => {
    const { folder, layers, args } = files([width, 1], key('certify command', 'linear'));
    const [{ weight, bias }] = layers;
    const distances = Array.from({ length: count }, (_, at) => {
      const score = weight.reduce((sum, value, j) => sum + value * x[at * width + j], bias[0]);
      return Math.abs(score) / Math.hypot(...weight);
    });
    const robust = (eps: number) => distances.filter((distance) => distance > eps).length;
    const { code, stdout, stderr } = await advml([...args, '--out', folder, '--json']);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: said });
    const found: Evaluation & { readonly request: object } = JSON.parse(stdout);
    for (const { eps, accuracy, certified, exact } of found.curve) {
      expect([eps, accuracy.successes]).toEqual([eps, robust(eps)]);
      expect([certified, exact]).toEqual([accuracy, accuracy]);
    }
    expect(found.certified?.certifiers[0].certifier).toMatch(/^exact, /);
    expect(found.request).toMatchObject({ certify: { certifier: 'auto' }, battery: 'quick' });
    const records = recordsIn(folder);
    for (const [at, { verdict, bound }] of records.entries()) {
      expect(verdict).toBe(distances[at] > 0.2 ? 'certified' : 'broken');
      expect(bound).toBeCloseTo((distances[at] - 0.2) * Math.hypot(...weight), 5);
    }
    const { buffer } = Uint8Array.from(readFileSync(join(folder, 'records.parquet')));
    const rows = await parquetReadObjects({ file: buffer });
    for (const name of ['verdict', 'bound', 'certifiedRadius'] as const)
      expect(rows.map((row) => row[name])).toEqual(records.map((record) => record[name]));
    expect(readFileSync(join(folder, 'figures', 'certified.svg'), 'utf8')).toContain(
      'certified: nothing can break these',
    );
    expect(Object.keys(leavings(folder))).toContain('certify.json');
  });

  it('goes on from what is done, and prints a table', async () => {
    const { folder, args: own } = files([width, 12, 1], key('certify command', 'hidden'));
    const args = [...own, '--workers', '1']; // threads cut parts in other places
    const first = await advml([...args, '--out', folder]);
    expect(first).toMatchObject({ code: 0, stderr: said });
    expect(first.stdout).toMatch(/\ncertified by exact, 10000 nodes, l2 eps 0\.2 +0\.\d+/);
    expect(first.stdout).toMatch(/\nundecided +0\.0000 .*so accuracy above is exact on these examples/);
    const parts = join(folder, 'parts.jsonl');
    const lines = readFileSync(parts, 'utf8').split('\n');
    writeFileSync(parts, `${lines.slice(0, -2).join('\n')}\n`);
    const before = leavings(folder);
    expect(await here(...args, '--out', folder)).toMatchObject({ code: 0, stdout: first.stdout });
    expect(readFileSync(parts, 'utf8').split('\n')).toEqual(lines);
    expect(leavings(folder)).toEqual({ ...before, 'parts.jsonl': leavings(folder)['parts.jsonl'] });
  });

  it('takes the certifier that fits a deeper network, and any by its name', async () => {
    const { args } = files([width, 8, 6, 1], key('certify command', 'deep'));
    const shown = [...args, '--workers', '1', '--json'];
    const [auto, interval] = [await here(...shown), await here(...shown, '--certifier', 'interval')];
    const [best, loose]: Evaluation[] = [auto, interval].map(({ stdout }) => JSON.parse(stdout));
    expect(best.certified?.certifiers[0].certifier).toMatch(/^CROWN/);
    expect(loose.certified?.certifiers[0].certifier).toMatch(/^IBP/);
    expect(best.accuracy).toEqual(loose.accuracy);
    for (const [at, { certified, accuracy }] of best.curve.entries()) {
      expect(certified?.successes).toBeLessThanOrEqual(accuracy.successes);
      expect(certified?.successes).toBeGreaterThanOrEqual(loose.curve[at].certified?.successes ?? Infinity);
    }
    expect(best.certified?.accuracy.successes).toBeGreaterThan(0);
  });

  it('takes the joint bound for a network that is nearly a sum of ridge functions', async () => {
    await useWasm();
    const network = symmetricTwoLayer({ inputs: width, neurons: 20, initialDeviation: 1, noise: 0.1 });
    const params = network.init(key('certify command', 'smoothed'));
    const folder = temporaryFolder();
    const [weights, data] = [join(folder, 'weights.safetensors'), join(folder, 'data.safetensors')];
    writeFileSync(weights, encodeSafetensors(await paramsToArrays(params), networkMetadata(network)));
    const labels = Int32Array.from(network.apply(params, tensor2d(x, [count, width])).dataSync(), Math.sign);
    writeFileSync(
      data,
      encodeSafetensors({ x: F32([count, width], x), y: { dtype: 'I32', shape: [count], data: labels } }),
    );
    const args = ['--weights', weights, '--data', data, '--norm', 'l2', '--eps', '0.01', '--first', '3'];
    const { stdout } = await here('certify', ...args, '--workers', '1', '--json');
    expect(JSON.parse(stdout).certified.certifiers[0].certifier).toMatch(/^joint bound/);
  });

  it('certifies the smoothed classifier of a linear model below its distances, and goes on where it was', async () => {
    const { folder, layers, args } = files([width, 1], key('certify command', 'linear'));
    const [{ weight, bias }] = layers;
    const smooth = [...args, '--certifier', 'smoothing', '--samples', '400', '--out', folder];
    writeFileSync(join(folder, 'records.parquet'), 'what another certifier left');
    const first = await advml([...smooth, '--sigma', '0.3', '--json']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(Object.keys(leavings(folder))).not.toContain('records.parquet');
    const { curve, request } = JSON.parse(first.stdout);
    expect(request.certify.smoothing).toEqual({ sigma: 0.3, samples: 400, alpha: 0.001 });
    const records = decodeJsonLines(readFileSync(join(folder, 'records.jsonl'), 'utf8')).records as SmoothedRecord[];
    for (const [at, { prediction, radius, label }] of records.entries()) {
      const score = weight.reduce((sum, value, j) => sum + value * x[at * width + j], bias[0]);
      expect(radius).toBeLessThan(Math.abs(score) / Math.hypot(...weight));
      if (prediction !== null) expect(prediction).toBe(label);
    }
    for (const { eps, certified } of curve)
      expect(certified.successes).toBe(records.filter(({ radius }) => radius > eps).length);
    expect(curve[0].certified.successes).toBeGreaterThan(count / 2);
    const parts = join(folder, 'parts.jsonl');
    const lines = readFileSync(parts, 'utf8').split('\n');
    writeFileSync(parts, `${lines.slice(0, 20).join('\n')}\n`);
    const again = await advml([...smooth, '--sigma', '0.3']);
    expect(again.stdout).toMatch(
      /^l2 eps 0\.2: smoothing, sigma 0\.3, 400 samples, alpha 0\.001.*\nthe smoothed classifier gives the label +/,
    );
    expect(readFileSync(parts, 'utf8').split('\n')).toEqual(lines);
    // Fewer examples, and others by a file: kept parts count for the examples that they are of.
    const few = await here(...smooth, '--sigma', '0.3', '--first', '5', '--json');
    expect(JSON.parse(few.stdout)).toMatchObject({ clean: { trials: 5 } });
    const kept = recordsIn(folder);
    expect(kept).toEqual(records.slice(0, 5));
    const places = join(folder, 'places.txt');
    for (const [from, to] of [
      [0, 3],
      [10, 13],
    ]) {
      writeFileSync(places, `${from}-${to - 1}`);
      await here(...smooth, '--sigma', '0.3', '--indices', places);
      expect(recordsIn(folder)).toEqual(records.slice(from, to));
    }
  });
});
