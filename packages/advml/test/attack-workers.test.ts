// Attacks and certificates by several threads: the results of one, whatever the model is, and however it ends.
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { key } from '@advml/core';
import { encodeSafetensors } from '@advml/formats';
import { describe, expect, it } from 'vitest';
import { advml, leavings, temporaryFolder } from './child.ts';
import { here } from './here.ts';

const timeout = 240_000;
const [count, width, classes] = [60, 6, 3];
const x = key('attack workers', 'x').uniform(count * width);
const tfjs = pathToFileURL(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core')).href;
const F32 = (shape: number[], data: Float32Array) => ({ dtype: 'F32' as const, shape, data });
const weight = (name: string, ...shape: number[]) =>
  key('attack workers', name).normal(
    shape.reduce((a, b) => a * b),
    0.7,
  );
const [first, second] = [weight('first', width, 24), weight('second', 24, classes)];

/** What a network with one hidden layer says, in double precision. */
const labels = Int32Array.from({ length: count }, (_, row) => {
  const hidden = Array.from({ length: 24 }, (_, at) =>
    Math.max(
      first.reduce((sum, w, i) => (i % 24 === at ? sum + w * x[row * width + Math.floor(i / 24)] : sum), 0),
      0,
    ),
  );
  const logits = Array.from({ length: classes }, (_, at) =>
    second.reduce((sum, w, i) => (i % classes === at ? sum + w * hidden[Math.floor(i / classes)] : sum), 0),
  );
  return logits.indexOf(Math.max(...logits));
});

/** A folder with the data. */
function withData(): { readonly folder: string; readonly data: string } {
  const folder = temporaryFolder();
  const data = join(folder, 'data.safetensors');
  writeFileSync(
    data,
    encodeSafetensors({ x: F32([count, width], x), y: { dtype: 'I32', shape: [count], data: labels } }),
  );
  return { folder, data };
}

/**
 * A module with the network, which tells each time that a thread loads it. From its fourth call on, which is of an attack, it waits for
 * as many threads as are told: so it is sure that all of them take part.
 */
function moduleWith(folder: string, { once = '', logits = 'logits' } = {}): string {
  const path = join(folder, 'model.mjs');
  writeFileSync(
    path,
    `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
    import tf from '${tfjs}';
    const { add, greater, matMul, mul, relu, slice, tensor2d, where } = tf;
    appendFileSync(process.env.ARRIVED, 'x');
    ${once}
    const [a, b] = [tensor2d([${first}], [${width}, 24]), tensor2d([${second}], [24, ${classes}])];
    const cell = new Int32Array(new SharedArrayBuffer(4));
    let calls = 0;
    export default (x) => {
      if (++calls > 3) while (readFileSync(process.env.ARRIVED, 'utf8').length < process.env.THREADS) Atomics.wait(cell, 0, 0, 5);
      const logits = matMul(relu(matMul(x, a)), b);
      return ${logits};
    };`,
  );
  return path;
}

const how = ['--norm', 'linf', '--eps', '0.1', '--box', '0,1', '--curve', '0.05', '--queries', '40'];
/** Where any attacks will do; of an option that is told twice the last counts. */
const quick = ['--steps', '2', '--queries', '8'];

/** Attacks in so many threads, waiting for so many of them. */
function attackBy(workers: number, model: string, data: string, out: string, ...more: readonly string[]) {
  mkdirSync(out, { recursive: true });
  const steps = more.includes('black-box') ? [] : ['--steps', '10']; // which those attacks would not read
  const files = ['--model', model, '--data', data, '--out', out];
  const args = ['attack', ...files, ...how, ...steps, '--workers', `${workers}`, ...more];
  const env = { ARRIVED: join(out, '..', `arrived-${workers}`), THREADS: `${workers}` };
  return { args, env, ended: (options = {}) => advml(args, { env, ...options }) };
}

/** What was left but for the parts, whose lengths are those of the threads'. */
function results(folder: string) {
  const { 'parts.jsonl': parts, ...rest } = leavings(folder);
  return { rest, parts: Buffer.from(parts, 'base64').toString().trimEnd().split('\n') };
}

const partsIn = (out: string) =>
  existsSync(join(out, 'parts.jsonl')) ? readFileSync(join(out, 'parts.jsonl'), 'utf8').split('\n').length - 1 : 0;

/** Sends a signal once there are so many parts. */
const stopAfter = (out: string, parts: number) => (child: ChildProcess) => {
  const look = setInterval(() => {
    if (partsIn(out) < parts) return;
    clearInterval(look);
    child.kill('SIGINT');
  }, 5);
  child.on('exit', () => clearInterval(look));
};

describe('advml attack --workers', () => {
  it('leaves the same files for 1 and 2 threads, also when it was stopped', { timeout }, async () => {
    const { folder, data } = withData();
    const model = moduleWith(folder);
    const out = (name: number | string) => join(folder, `${name}`);
    const ended = [];
    for (const workers of [1, 2]) ended.push(await attackBy(workers, model, data, out(workers)).ended());
    for (const { code, stdout, stderr } of ended)
      expect([code, stdout, stderr]).toEqual([0, ended[0].stdout, ended[0].stderr]);
    const [one, two] = [1, 2].map((workers) => results(out(workers)));
    expect(Object.keys(one.rest)).toEqual(expect.arrayContaining(['attack.json', 'model-card.json', 'records.jsonl']));
    expect(two.rest).toEqual(one.rest);
    expect(two.parts.length).toBeGreaterThan(one.parts.length); // so they shared the work

    const stopped = attackBy(2, model, data, out('stopped'));
    expect(await stopped.ended({ onStart: stopAfter(out('stopped'), 7) })).toMatchObject({ code: 130, stdout: '' });
    expect(Object.keys(leavings(out('stopped')))).toEqual(['parts.jsonl']);
    expect(partsIn(out('stopped'))).toBeGreaterThanOrEqual(7);
    expect(await attackBy(1, model, data, out('stopped')).ended()).toMatchObject({ code: 0, stdout: ended[0].stdout });
    expect(results(out('stopped')).rest).toEqual(one.rest);
  });

  it('says the error of one thread, and leaves what was done', { timeout }, async () => {
    const { folder, data } = withData();
    const far = 'where(greater(slice(x, [0, 0], [-1, 1]), 0.97), mul(logits, NaN), logits)';
    const model = moduleWith(folder, { logits: far });
    const near = ['--box', '0,2', '--indices', `${[...x.keys()].filter((at) => at < count && x[at * width] < 0.97)}`];
    const [one, two] = await Promise.all(
      [1, 2].map((workers) => attackBy(workers, model, data, join(folder, `${workers}`), ...near, ...quick).ended()),
    );
    const said = (stderr: string) =>
      /\nadvml: the model's output .* must be finite, got NaN at .* \(example \d+\)/.exec(stderr)?.[0];
    expect(said(one.stderr)).toBeDefined();
    expect([two.code, two.stdout, said(two.stderr)]).toEqual([2, '', said(one.stderr)]);
    expect(Object.keys(leavings(join(folder, '2')))).toEqual(['parts.jsonl']);
  });

  it('answers Ctrl-C while all threads are in the middle of a slice', { timeout }, async () => {
    const { folder, data } = withData();
    const out = join(folder, 'out');
    const endless = attackBy(2, moduleWith(folder), data, out, '--battery', 'black-box', '--queries', '100000000');
    let sent = Infinity;
    const onStart = (child: ChildProcess) => {
      const look = setInterval(() => {
        if (!existsSync(endless.env.ARRIVED) || readFileSync(endless.env.ARRIVED, 'utf8').length < 2) return;
        clearInterval(look);
        setTimeout(() => {
          sent = performance.now();
          child.kill('SIGINT');
        }, 500);
      }, 20);
    };
    expect(await endless.ended({ onStart })).toMatchObject({ code: 130, stdout: '' });
    expect(performance.now() - sent).toBeLessThan(5000); // the slice takes hours, and test machines are busy
  });

  it.each([
    [
      'answers otherwise',
      { once: 'const chance = Math.random();', logits: 'add(logits, tensor2d([[chance, 0, 0]]))' },
      'the model answers otherwise there',
    ],
    [
      'cannot be loaded twice',
      { once: "writeFileSync(process.env.ARRIVED + '.door', '', { flag: 'wx' });" },
      'file already exists',
    ],
  ])('does without a thread where the model %s', { timeout }, async (_, change, why) => {
    const { folder, data } = withData();
    const { code, stderr } = await attackBy(2, moduleWith(folder, change), data, join(folder, 'out'), ...quick).ended();
    expect(stderr).toContain('\none thread less: ');
    expect(stderr).toContain(why);
    expect(code).toBe(0);
  });

  it('has one thread ask a model that answers later', { timeout }, async () => {
    const { folder, data } = withData();
    const logits = '(async () => ({ data: await logits.data(), dims: logits.shape }))()';
    const attack = attackBy(
      2,
      moduleWith(folder, { logits }),
      data,
      join(folder, 'out'),
      '--battery',
      'black-box',
      '--queries',
      '8',
    );
    const { code, stderr } = await advml(attack.args, { env: { ...attack.env, THREADS: '1' } });
    expect(stderr).toContain('the model answers later and may count what it is asked, so one thread asks it');
    expect(code).toBe(0);
    expect(readFileSync(attack.env.ARRIVED, 'utf8')).toBe('x');
  });

  it.each(['0', 'two', '1.5'])('refuses %s', async (workers) => {
    const { data } = withData();
    const { code, stderr } = await here('attack', '--model', 'm.onnx', '--data', data, ...how, '--workers', workers);
    expect([code, stderr]).toEqual([2, `advml: --workers must be an integer >= 1, got '${workers}'\n`]);
  });
});

describe('advml certify --workers', () => {
  /** The network as weights. */
  function certifying(workers: number, { folder, data }: ReturnType<typeof withData>, ...more: readonly string[]) {
    const weights = join(folder, 'weights.safetensors');
    const turned = (values: Float32Array, rows: number, columns: number) =>
      values.map((_, at) => values[(at % rows) * columns + Math.floor(at / rows)]);
    const layers = {
      'layer1.weight': F32([24, width], turned(first, width, 24)),
      'layer1.bias': F32([24], new Float32Array(24)),
      'layer2.weight': F32([classes, 24], turned(second, 24, classes)),
      'layer2.bias': F32([classes], new Float32Array(classes)),
    };
    writeFileSync(weights, encodeSafetensors(layers));
    const out = join(folder, `${workers}`);
    const from = ['--model', weights, '--network', 'mlp', '--data', data, '--workers', `${workers}`, '--out', out];
    return ['certify', ...from, '--norm', 'l2', '--eps', '0.1', '--curve', '0.05,0.2', ...more];
  }

  it.each([
    ['bounds', ['--certifier', 'exact']],
    ['smoothing', ['--certifier', 'smoothing', '--sigma', '0.2', '--samples', '1000']],
  ])('leaves the same %s for 1 and 2 threads', { timeout }, async (_, more) => {
    const files = withData();
    const one = await here(...certifying(1, files, ...more));
    const two = await advml(certifying(2, files, ...more));
    expect([one.code, two.code, two.stdout]).toEqual([0, 0, one.stdout]);
    const [alone, shared] = [1, 2].map((workers) => results(join(files.folder, `${workers}`)));
    expect(Object.keys(alone.rest)).toContain('certify.json');
    expect(shared.rest).toEqual(alone.rest);
  });
});
