// Examples handed out among threads: the parts in order, the error that one thread meets, and nothing lost with a thread.
import { noise, pgd, square } from '@advml/attacks';
import { crown } from '@advml/certify';
import { type Battery, ball, classifier, InputError, key, l2 } from '@advml/core';
import { type Evaluation, evaluate, type Share, type SharedJob, type SharedPart } from '@advml/metrics';
import { mlp } from '@advml/networks';
import { useWasm } from '@advml/wasm';
import { argMax, type Tensor1D, tensor2d } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Answer, type HandOut, handOut, type Member } from '../src/attack/threads/hand-out.ts';
import { payMore, workersOf } from '../src/attack/threads/workers.ts';

const job = (positions = 100, name = 'a') => ({
  job: name,
  positions: Array.from({ length: positions }, (_, at) => at),
  batchSize: 40,
});
const part = (positions: readonly number[], more = {}): SharedPart => ({
  ...{ job: 'a', positions, outcomes: [], warnings: [] },
  ...more,
});

describe('hand-out', () => {
  let told: (readonly number[])[];
  let failures: string[];
  let pool: HandOut;
  beforeEach(() => {
    [told, failures] = [[], []];
    pool = handOut({
      onPart: ({ positions }) => told.push(positions),
      onFailure: ({ message }) => failures.push(message),
    });
  });

  /** A thread, and what it was told last. */
  function join() {
    let last: Answer | undefined;
    const member: Member = pool.join((answer) => {
      last = answer;
    });
    const inHand = () => {
      if (!last || !('positions' in last)) throw new Error('it was told of no examples');
      return last.positions;
    };
    return { ...member, last: () => last, inHand, does: (more = {}) => member.did(part(inHand(), more)) };
  }

  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

  it('gives a single thread slices of the size that the evaluation has', () => {
    const one = join();
    expect(one.comesTo(job())).toBe(true);
    for (const slice of [range(0, 40), range(40, 80), range(80, 100)]) {
      expect(one.inHand()).toEqual(slice);
      one.does();
    }
    expect(one.last()).toEqual({ parts: told.map((positions) => part(positions)) });
    expect(told).toEqual([range(0, 40), range(40, 80), range(80, 100)]);
  });

  it('gives two threads slices that end together, every example once, and tells parts in order', () => {
    const [one, two] = [join(), join()];
    one.comesTo(job());
    two.comesTo(job());
    expect([one.inHand(), two.inHand()]).toEqual([range(0, 25), range(25, 50)]);
    two.does();
    expect(two.last()).toMatchObject({ positions: range(50, 75), examples: 25 });
    expect(told).toEqual([]);
    one.does();
    expect(told).toEqual([range(0, 25), range(25, 50)]);
    one.does();
    two.does();
    const all = [range(0, 25), range(25, 50), range(50, 75), range(75, 100)];
    expect(told).toEqual(all);
    for (const own of [one, two]) expect(own.last()).toEqual({ parts: all.map((positions) => part(positions)) });
  });

  it('tells a thread that joins late what is done, and no part that a budget cut short', () => {
    const one = join();
    one.comesTo(job(30));
    one.does({ cutShort: true });
    one.comesTo(job(60, 'b'));
    const two = join();
    two.comesTo(job(30));
    expect(two.last()).toEqual({ parts: [part(range(0, 30), { cutShort: true })] });
    two.comesTo(job(60, 'b'));
    expect([one.inHand(), two.inHand()]).toEqual([range(0, 40), range(40, 56)]);
    expect(told).toEqual([]);
  });

  it('tells the error at the first examples, once those before them are done', () => {
    const threads = [join(), join(), join()];
    for (const thread of threads) thread.comesTo(job(90));
    expect(threads[2].failed(new Error('third'))).toBe(true);
    expect(threads[1].failed(new Error('second'))).toBe(true);
    expect(failures).toEqual([]);
    threads[0].does();
    expect(failures).toEqual(['second']);
    expect(told).toEqual([range(0, 30)]);
    expect(join().failed(new Error('at none'))).toBe(false);
  });

  it('gives what a lost thread had to one that waits, and tells on a stop what waits for earlier parts', () => {
    const [one, two] = [join(), join()];
    one.comesTo(job(40));
    two.comesTo(job(40));
    expect([one.inHand(), two.inHand()]).toEqual([range(0, 20), range(20, 40)]);
    two.does();
    one.left();
    expect(two.inHand()).toEqual(range(0, 20));
    pool.flush();
    expect(told).toEqual([range(20, 40)]);
  });

  it('ends with an error if nobody is left to do what comes before it', () => {
    const [one, two] = [join(), join()];
    one.comesTo(job(40));
    two.comesTo(job(40));
    two.failed(new Error('second'));
    one.left();
    expect(failures).toEqual(['second']);
  });

  it('lets a thread go that comes to another job first, and refuses one that does so later', () => {
    const [one, two] = [join(), join()];
    one.comesTo(job(16));
    expect(two.comesTo(job(16, 'other'))).toBe(false);
    expect(two.comesTo(job(15))).toBe(false);
    expect(two.comesTo(job(16))).toBe(true);
    one.does();
    one.comesTo(job(16, 'b'));
    expect(() => two.comesTo(job(16, 'c'))).toThrow(InputError);
  });
});

/** Takes part in an evaluation of this thread, one step of the event loop after each answer. */
function sharingBy(pool: HandOut, done: number[]): Share {
  let hear = (_: Answer) => {};
  const member = pool.join((answer) => setImmediate(() => hear(answer)));
  const answerTo = (ask: () => void) =>
    new Promise<Answer>((resolve) => {
      hear = resolve;
      ask();
    });
  return async <T>({ work, onProgress, ...rest }: SharedJob<T>) => {
    let answer = await answerTo(() => member.comesTo(rest));
    while ('positions' in answer) {
      onProgress(answer.examples);
      const made = (await work(answer.positions)) as SharedPart;
      done.push(...made.positions);
      answer = await answerTo(() => member.did(made));
    }
    return answer.parts as readonly SharedPart<T>[];
  };
}

it('has several make an evaluation with attacks, survivors, a curve, checks and proofs: each has the result of one', async () => {
  await useWasm();
  const count = 70;
  const network = mlp({ inputs: [5], hidden: [12, 6], outputs: 3 });
  const model = classifier(network, network.init(key('hand-out', 'network')));
  const x = tensor2d(key('hand-out', 'x').normal(count * 5), [count, 5]);
  const y = argMax(model(x), 1) as Tensor1D;
  const battery: Battery = [
    {
      kind: 'white-box',
      attack: (threat) => pgd({ threat, steps: 6, restarts: 2 }),
      withSteps: (threat, steps) => pgd({ threat, steps }),
    },
    { kind: 'black-box', attack: (threat) => square({ threat, queries: 40 }) },
    { kind: 'noise', attack: (threat) => noise({ threat, draws: 3 }) },
  ];
  for (const more of [{ survivors: true }, { eachCurve: true, eps: [0.1, 0.5] }]) {
    const options = {
      key: key('hand-out', 0),
      certifiers: [(threat: ReturnType<typeof ball>) => crown({ threat })],
      ...more,
    };
    const judge = (share?: Share): Promise<Evaluation> =>
      evaluate(model, { x, y }, ball(l2, 0.3), battery, { ...options, batchSize: 32, ...(share && { share }) });
    const alone = await judge();
    expect(alone.accuracy.value).toBeLessThan(1);
    const pool = handOut({
      onPart: () => {},
      onFailure: (error) => {
        throw error;
      },
    });
    const did: number[][] = [[], [], []];
    for (const found of await Promise.all(did.map((done) => judge(sharingBy(pool, done)))))
      expect(found).toEqual(alone);
    for (const done of did) expect(new Set(done).size).toBeGreaterThan(count / 4); // so all took part
  }
});

describe('the number of threads', () => {
  const request = { curve: [], battery: 'quick', work: {}, seed: 0 };
  const of = (model: string, text?: string) =>
    workersOf(text, { ...request, source: { from: 'files', model, data: 'x.npz', shape: {} } });

  it('is what is said, one for a module, and two at most else', () => {
    expect(of('m.onnx', '5')).toEqual({ most: 5, isSaid: true });
    expect(of('m.mjs')).toEqual({ most: 1, isSaid: false });
    expect(of('m.mjs', '2')).toEqual({ most: 2, isSaid: true });
    expect(of('m.onnx').most).toBeLessThanOrEqual(2);
  });

  it('grows once the work is known to be long', () => {
    let time = 0;
    const pay = payMore(() => time);
    const at = (seconds: number, done: number) => {
      time = 1000 * seconds;
      return pay(done, 1000);
    };
    expect(at(0, 100)).toBe(false);
    expect(at(2, 110)).toBe(false); // too soon to tell
    expect(at(5, 700)).toBe(false); // 2.5 seconds are left
    expect(at(6, 250)).toBe(true); // 30 seconds are left
  });
});
