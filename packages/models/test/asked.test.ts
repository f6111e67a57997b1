// A service on the web, on this machine: calls that fail or hang, batches, rates, budgets, and runs that are killed.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hopSkipJump, noise, square } from '@advml/attacks';
import { AbortedError, type Battery, BudgetSpentError, ball, InputError, key, l2, linf } from '@advml/core';
import { type EvaluationPart, evaluate } from '@advml/metrics';
import { expectNoLeak, numbersOf, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { argMax, sum, type Tensor, type Tensor1D, tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AskedOptions, asked, type KeptAnswer } from '../src/index.ts';

const WIDTH = 6;
const model = reluNet(5, { inputs: WIDTH, output: 'logits' });
const options = { key: key('asked', 0) };
const threat = ball(linf, 0.2);
const attack = square({ threat, queries: 30 });
const x = () => tensor2d(Float32Array.from(key('asked', 'x').uniform(5 * WIDTH)), [5, WIDTH]);
const labels = () => {
  const inputs = x();
  const logits = model(inputs);
  const y = argMax(logits, 1) as Tensor1D;
  inputs.dispose();
  logits.dispose();
  return y;
};

/** The model as a service that fails every third time. */
const calls: number[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const inputs = JSON.parse(body) as number[][];
  calls.push(inputs.length);
  if (calls.length % 3 === 0) return void response.writeHead(503).end();
  const at = tensor(inputs, [inputs.length, WIDTH]);
  const logits = model(at);
  response.end(JSON.stringify(logits.arraySync()));
  at.dispose();
  logits.dispose();
});
beforeAll(async () => {
  await useWasm();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => server.close());

const service = async (inputs: Tensor, { signal }: { signal: AbortSignal }) => {
  const { port } = server.address() as AddressInfo;
  const body = JSON.stringify(await inputs.array());
  const response = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body, signal });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as number[][];
};
/** The model without the web, counted. */
const local = () => {
  const seen = { inputs: 0 };
  const ask = async (inputs: Tensor) => {
    seen.inputs += inputs.shape[0];
    return numbersInRows(model(inputs));
  };
  return { seen, ask };
};
async function numbersInRows(logits: Tensor): Promise<number[][]> {
  const rows = (await logits.array()) as number[][];
  logits.dispose();
  return rows;
}

it('gives through a service that fails the bits of the model itself, in batches that it takes', async () => {
  const [inputs, y] = [x(), labels()];
  const seen = new Set<string>();
  const watched = (at: Tensor) => {
    for (const row of at.arraySync() as number[][]) seen.add(row.join());
    return model(at);
  };
  const whole = attack(watched, inputs, y, options);
  const careful = asked(service, { batchSize: 2, retries: 2, wait: 1 });
  await expectNoLeak(async () => {
    const own = await attack(careful, inputs, y, options);
    expect(numbersOf(own.x)).toEqual(numbersOf(whole.x));
    expect([own.success, own.queries, own.loss]).toEqual([whole.success, whole.queries, whole.loss]);
    own.x.dispose();
  });
  expect(Math.max(...calls)).toBe(2);
  expect(careful.cost.calls).toBe(calls.length);
  expect(careful.cost.answers).toBe(seen.size); // each input once, however often the attack comes back to it
});

describe('a call', () => {
  const ask = (made: () => Promise<number[]>, given: AskedOptions) => {
    let count = 0;
    const careful = asked(
      () => {
        count++;
        return made();
      },
      { wait: 1, ...given },
    );
    return careful(tensor([[1, 2]])).then(
      (answer) => ({ answer, count }),
      (error: unknown) => ({ error, count }),
    );
  };
  const failing = (error: Error) => async () => {
    throw error;
  };

  it('that fails is made again as often as told, and then its error is thrown', async () => {
    expect(await ask(failing(new Error('busy')), { retries: 3 })).toEqual({ error: new Error('busy'), count: 4 });
  });
  it('is not made again where the input was at fault', async () => {
    expect((await ask(failing(new InputError('too large')), { retries: 3 })).count).toBe(1);
  });
  it.each([Number.NaN, Infinity, undefined, '3'])(
    'is refused, and costs nothing, where it answers %s',
    async (value) => {
      const onAnswer = vi.fn();
      const careful = asked(async () => [[0, value as number]], { budget: 1, onAnswer });
      for (let times = 0; times < 2; times++)
        await expect(careful(tensor([[1, 2]]))).rejects.toThrow('must answer with finite numbers');
      expect(onAnswer).not.toHaveBeenCalled();
    },
  );
  it('is made once for those who ask at a time', async () => {
    const { ask, seen } = local();
    const slow = (inputs: Tensor) => new Promise((later) => setTimeout(later, 50)).then(() => ask(inputs));
    const careful = asked(slow, { budget: 5 });
    expect(await Promise.all([careful(x()), careful(x())])).toEqual(Array(2).fill(model(x()).arraySync()));
    expect([seen.inputs, careful.cost.answers]).toEqual([5, 5]);
  });
  it('is paid, and not made again, where the answer cannot be kept', async () => {
    const { ask, seen } = local();
    const onAnswer = vi.fn(() => {
      throw new Error('disk full');
    });
    const careful = asked(ask, { budget: 5, onAnswer });
    await expect(careful(x())).rejects.toThrow('disk full');
    await careful(x());
    expect(seen.inputs).toBe(5);
    await expect(careful(tensor2d([[1, 2]]))).rejects.toThrow('0 are left');
  });
  it('has failed when its time is over', async () => {
    const hung = await ask(() => new Promise(() => {}), { retries: 1, timeout: 20 });
    expect(hung).toEqual({ error: new Error('the model gave no answer within 20 ms'), count: 2 });
  });
  it('waits longer from time to time', async () => {
    const times: number[] = [];
    await ask(async () => failing(new Error(`${times.push(performance.now())}`))(), { retries: 3, wait: 20 });
    const gaps = times.slice(1).map((time, at) => time - times[at]);
    for (const [at, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual(20 * 2 ** at - 2);
  });
  it('is stopped at once, also while it waits to be made again', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const { error } = (await ask(failing(new Error('busy')), { wait: 60_000, signal: stop.signal })) as {
      error: Error;
    };
    expect(error).toBeInstanceOf(AbortedError);
  });
  it('comes no more often than told', async () => {
    const careful = asked(local().ask, { batchSize: 1, perSecond: 50 });
    const start = performance.now();
    await careful(x()); // five calls, 20 ms apart
    expect(performance.now() - start).toBeGreaterThanOrEqual(75);
  });
  it.each([
    { budget: 0 },
    { retries: -1 },
    { perSecond: 0 },
    { wait: Number.NaN },
    { answered: [{ input: 'a', output: 'b' }] },
  ])('with %j is refused', (wrong) => expect(() => asked(async () => [1], wrong as AskedOptions)).toThrow(InputError));
});

describe('a budget', () => {
  const battery: Battery = [
    { kind: 'noise', attack: (own) => noise({ threat: own, draws: 4 }) },
    { kind: 'black-box', attack: (own) => square({ threat: own, queries: 30 }) },
    { kind: 'black-box', attack: (own) => hopSkipJump({ threat: own, steps: 3, probes: 10 }) },
  ];
  const judge = (given: Parameters<typeof evaluate>[0], onPart?: (part: EvaluationPart) => void) =>
    evaluate(given, { x: x(), y: labels() }, threat, battery, { ...options, batchSize: 2, onPart });

  it('ends an attack with what it has found, says so, and counts right', async () => {
    const [inputs, y] = [x(), labels()];
    for (const budget of [5, 12, 40]) {
      for (const one of battery.map((member) => member.attack(threat))) {
        const { ask, seen } = local();
        const result = await one(asked(ask, { budget }), inputs, y, options);
        const whole = one(model, inputs, y, options);
        expect(seen.inputs).toBeLessThanOrEqual(budget);
        expect(result.queries.every((count, at) => count <= whole.queries[at])).toBe(true);
        expect(result.success.every((success, at) => !success || whole.success[at])).toBe(true);
        const isShort = result.queries.some((count, at) => count < whole.queries[at]);
        if (isShort) expect(result.warnings.join()).toContain('answered no more');
        expect(result.cutShort ?? false).toBe(result.warnings.length > 0);
        result.x.dispose();
        whole.x.dispose();
      }
    }
  });

  it.each([40, 80, 200])('of %i keeps what was found of one example where another needs more', async (budget) => {
    const inputs = tensor2d([
      [0.3, 0.1, 0.1, 0.1],
      [30, 20, 25, 22],
    ]);
    const walk = hopSkipJump({ threat: ball(l2, 1), steps: 20, probes: 20 });
    const sums = asked(async (at) => sum(at, 1), { budget });
    const { success, distance, cutShort } = await walk(sums, inputs, tensor1d([1, 1]), options);
    expect([success, cutShort]).toEqual([[true, false], true]);
    expect(distance[0]).toBeGreaterThan(0.3 - 1e-6); // the boundary's
    expect(distance[1]).toBe(0);
  });

  it('lets an evaluation end, which goes on from its answers as if there had been none', async () => {
    const [kept, parts]: [KeptAnswer[], EvaluationPart[]] = [[], []];
    const whole = await judge(model);
    const first = local();
    const short = await judge(asked(first.ask, { budget: 60, onAnswer: (answer) => kept.push(answer) }), (part) =>
      parts.push(part),
    );
    expect(short.warnings.join()).toContain('answered no more');
    expect(short.records.length).toBe(5);
    expect(parts.length).toBeLessThan(9); // three attacks on three slices
    expect(kept.length).toBe(first.seen.inputs);

    const second = local();
    const lines = kept.map((answer) => JSON.parse(JSON.stringify(answer)) as KeptAnswer);
    const rest = await judge(asked(second.ask, { answered: lines }));
    expect(rest).toEqual(whole);
    const alone = local();
    await judge(asked(alone.ask));
    expect(first.seen.inputs + second.seen.inputs).toBe(alone.seen.inputs); // nothing was asked twice
  });

  it('that does not cover the inputs themselves is an error', async () => {
    await expect(judge(asked(local().ask, { budget: 1 }))).rejects.toThrow(BudgetSpentError);
  });
});
