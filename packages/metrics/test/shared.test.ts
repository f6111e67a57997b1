// An evaluation that several make: each does some of the examples, and all get the result of one, with its warnings in their order.
import { pgd } from '@advml/attacks';
import { type Attack, type AttackResult, type Batch, type Battery, ball, type Classifier, key, l2 } from '@advml/core';
import { reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { type EvaluationPart, evaluate, type Share, type SharedJob, type SharedPart } from '../src/index.ts';

const [count, width] = [40, 6];
const model = reluNet(5, { inputs: width });
const values = key('shared', 'x').normal(count * width);
const threat = ball(l2, 0.3);

/** An attack that warns, for each example, of its index: so the order of warnings shows. */
function telling(attack: Attack): Attack {
  const { label, perturb } = attack;
  const run = (...[on, x, y, options]: Parameters<Attack>) => ({
    ...(attack(on as Classifier, x, y, options) as AttackResult),
    warnings: options.indices?.map((index) => `example ${index}`) ?? [],
  });
  return Object.assign(run, { label, perturb, threat: attack.threat }) as Attack;
}

const battery: Battery = [{ kind: 'white-box', attack: (own) => telling(pgd({ threat: own, steps: 5 })) }];
const options = { key: key('shared', 0), eps: [0.1], batchSize: 16 };
let batch: Batch;
beforeAll(async () => {
  await useWasm();
  batch = { x: tensor2d(values, [count, width]), y: tensor1d(key('shared', 'y').signs(count)) };
});

/** Two that share each job, the second every other example from the first on, and tell each other when both are done. */
function halves(): readonly Share[] {
  const done = new Map<string, ((parts: readonly SharedPart[]) => void)[]>();
  const own = new Map<string, SharedPart>();
  return [0, 1].map((me) => async <T>({ job, positions, work }: SharedJob<T>) => {
    const part = (await work(positions.filter((_, at) => at % 2 !== me))) as SharedPart;
    const other = own.get(job);
    own.set(job, part);
    if (other) for (const tell of done.get(job) ?? []) tell([part, other]);
    const both = other ? [other, part] : await new Promise<readonly SharedPart[]>((tell) => done.set(job, [tell]));
    return both as readonly SharedPart<T>[];
  });
}

test('gives each of two the result of one', async () => {
  const alone = await evaluate(model, batch, threat, battery, options);
  expect(alone.warnings.length).toBeGreaterThan(10);
  const told: EvaluationPart[][] = [[], []];
  const shared = halves().map((share, me) =>
    evaluate(model, batch, threat, battery, { ...options, share, onPart: (part) => told[me].push(part) }),
  );
  expect(await Promise.all(shared)).toEqual([alone, alone]);

  const [first, second] = told.map((parts) =>
    parts.flatMap(({ job, positions }) => positions.map((at) => `${at} ${job}`)),
  );
  expect(new Set([...first, ...second]).size).toBe(first.length + second.length); // none was done twice
  expect(await evaluate(model, batch, threat, battery, { ...options, done: told.flat() })).toEqual(alone);
});
