// What plain JavaScript lets through is refused in a sentence that names the value and the way out.
import { type Batch, ball, cloneParams, InputError, key, l2 } from '@advml/core';
import { sgd } from '@advml/optimizers';
import { useWasm } from '@advml/wasm';
import { mean, memory, scalar, type Tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adversarialObjective,
  awpObjective,
  cleanObjective,
  disposeState,
  every,
  type FitOptions,
  fit,
  freeObjective,
  martObjective,
  minMaxObjective,
  mixedObjective,
  type Objective,
  type ObjectiveContext,
  type ObjectiveResult,
  overfittingCheck,
  partlyAdversarialObjective,
  replayBatches,
  tradesObjective,
} from '../src/index.ts';
import { workShard } from '../src/parallel/shard.ts';
import { dataParallel } from '../src/workers.ts';
import { linearNetwork, scored, steepest } from './models.ts';

beforeAll(async () => {
  await useWasm();
});

const threat = ball(l2, 0.1);
const attack = steepest(threat);
const network = linearNetwork(2);
const adversarial = adversarialObjective({ attack });

/** Every objective, and the least that it needs. */
const OBJECTIVES: readonly [string, (given: never) => Objective, object][] = [
  ['cleanObjective', cleanObjective, {}],
  ['adversarialObjective', adversarialObjective, { attack }],
  ['mixedObjective', mixedObjective, { attack }],
  ['partlyAdversarialObjective', partlyAdversarialObjective, { attack }],
  ['tradesObjective', tradesObjective, { attack }],
  ['martObjective', martObjective, { attack }],
  ['freeObjective', freeObjective, { threat }],
  ['awpObjective', (given) => awpObjective(adversarial, given), {}],
  ['minMaxObjective', minMaxObjective, { inner: adversarial.inner, outer: adversarial.outer }],
];
const watch = { network, batches: () => scored(key('data'), 4, 2), weak: attack, strong: attack, key: key('watch', 0) };

const run = ({ params = network.init(key('init')), ...given }: Partial<FitOptions> = {}) =>
  fit({
    network,
    params,
    objective: cleanObjective(),
    optimizer: sgd({ rate: 0.1 }),
    batches: (step) => scored(key('data', step), 4, 2),
    steps: 1,
    key: key('run', 0),
    ...given,
  } as FitOptions);

async function refused(given: object, what: string) {
  const params = network.init(key('init'));
  const before = memory().numTensors;
  const error = await run({ params, ...given }).catch((caught) => caught);
  expect(error.message).toContain(what);
  expect(error).toBeInstanceOf(InputError);
  return memory().numTensors - before;
}

describe.each([...OBJECTIVES, ['overfittingCheck', overfittingCheck, watch] as const])('%s', (name, make, good) => {
  const made = (given: unknown) => () => make(given as never);

  it('takes what it should, and refuses options that are misspelt or no record', () => {
    expect(made(good)).not.toThrow();
    expect(made({ ...good, epsilonn: 1 })).toThrow(InputError);
    expect(made({ ...good, epsilonn: 1 })).toThrow(`${name} has no option 'epsilonn'`);
    expect(made(7)).toThrow(`${name} takes one record of options {`);
  });

  it('names the nearest option, and an attack that is none', () => {
    for (const option of Object.keys(good)) {
      const { [option]: value, ...rest } = good as Record<string, unknown>;
      expect(made({ ...rest, [`${option}s`]: value })).toThrow(`did you mean '${option}'?`);
      if (value === attack) expect(made({ ...good, [option]: 'pgd' })).toThrow(`${name} takes attacks, got string pgd`);
    }
  });
});

const ofOwn: Objective = ({ batch, params }) => ({
  loss: tidy(() => mean(batch.x).dataSync()[0]), // NaN where there is none
  accuracy: 0,
  gradients: { ...cloneParams(params) },
});

describe.each([...OBJECTIVES, ['an objective of the user', () => ofOwn, {}] as const])('%s', (_, make, good) => {
  it('says that a batch is empty', async () => {
    const batches = () => ({ x: tensor2d([], [0, 2]), y: tensor1d([]) });
    const left = await refused(
      { objective: make(good as never), batches },
      'the batch at step 0 must hold at least one example, got x of shape [0,2]',
    );
    expect(left).toBe(0);
  });
});

const BOXED = ball(l2, 0.1, { low: 0, high: 1 });
const WITH_BOX = OBJECTIVES.filter(([name]) => !['cleanObjective', 'minMaxObjective', 'awpObjective'].includes(name));

describe.each(WITH_BOX)('%s', (_, make, good) => {
  const boxed = make({ ...good, ...('threat' in good ? { threat: BOXED } : { attack: steepest(BOXED) }) } as never);

  it.each([2, -1, Number.NaN, Infinity])('refuses an input outside the box of its threat: %s', async (value) => {
    const batches = () => ({ x: tensor2d([0, 1, 0.5, 0.5, value, 0], [3, 2]), y: tensor1d([1, -1, 1]) });
    expect(await refused({ objective: boxed, batches }, 'x of the batch at step 0 must lie in its box [0, 1]')).toBe(0);
  });
});

describe.each(OBJECTIVES)('%s', (_, make, good) => {
  it('refuses labels that are not one an example', async () => {
    for (const labels of [() => tensor1d([1, -1]), () => tensor2d([[1], [-1], [1]])]) {
      const batches = () => ({ x: tensor2d([0, 1, 1, 0, 1, 1], [3, 2]), y: labels() });
      const what = 'y of the batch at step 0 must have shape [3], got [';
      expect(await refused({ objective: make(good as never), batches }, what)).toBe(0);
    }
  });
});

const LOSSES = OBJECTIVES.filter(([name]) => !['martObjective', 'awpObjective', 'minMaxObjective'].includes(name));

describe.each(LOSSES)('the loss of %s', (_, make, good) => {
  const own = (loss: unknown) => make({ ...good, loss } as never);

  it('is a function', () => {
    const what = 'loss must be a function of outputs and labels, such as margin, got';
    expect(() => own('margin')).toThrow(InputError);
    expect(() => own('margin')).toThrow(`${what} string margin`);
    expect(() => own(null)).toThrow(`${what} null`);
  });

  it('gives one number an example', async () => {
    for (const [loss, what] of [
      [(output: Tensor) => mean(output), 'what the loss gives must have shape [4], got []'],
      [(output: Tensor) => mean(output).dataSync()[0], 'what the loss gives must be a tensor, got number'],
      [async (output: Tensor) => output, 'what the loss gives must be a tensor, got a promise'],
    ] as const)
      expect(await refused({ objective: own(loss) }, what)).toBe(0);
  });

  it('may be the output itself', async () => disposeState(await run({ objective: own((output: Tensor) => output) })));
});

describe('what an objective of the user gives', () => {
  it('is a result', async () => disposeState(await run({ objective: ofOwn })));

  const changed = (change: (result: ObjectiveResult) => unknown) => (context: ObjectiveContext) =>
    change(ofOwn(context));
  it.each<[string, (result: ObjectiveResult) => unknown, string]>([
    [
      'a tensor',
      () => scalar(1),
      'an objective must give a record { loss, accuracy, gradients } at once, got a float32',
    ],
    ['a promise', async () => ({ loss: 1 }), 'accuracy, gradients } at once, got a promise'],
    ['nothing', () => undefined, 'accuracy, gradients } at once, got undefined'],
    ['a loss in a tensor', (own) => ({ ...own, loss: scalar(1) }), 'got a float32 tensor []; use loss.dataSync()[0]'],
    [
      'no accuracy',
      ({ loss, gradients }) => ({ loss, gradients }),
      'accuracy of an objective must be a number, got un',
    ],
    ['half a gradient', ({ gradients, ...own }) => ({ ...own, gradients: {} }), "the gradient lacks 'weight'"],
    [
      'numbers',
      (own) => ({ ...own, gradients: { weight: [1, 2] } }),
      "the gradient of 'weight' must be a tensor, got an",
    ],
  ])('is not %s', async (_, change, what) => {
    expect(await refused({ objective: changed(change) }, what)).toBe(0);
  });
});

describe('fit', () => {
  it('takes what it should', async () => disposeState(await run()));

  it.each<[string, object, string]>([
    ['a misspelt option', { batch: 3 }, "fit has no option 'batch'; did you mean 'batches'?"],
    ['a seed', { key: 7 }, "key must be a key, such as key('run', 7), got number 7"],
    ['a model of tfjs-layers', { network: { apply: () => 0, predict: () => 0 } }, 'fit takes a network, functions {'],
    ['a factory', { objective: cleanObjective }, 'cleanObjective has no option'],
    [
      'no objective',
      { objective: undefined },
      'objective must be a function, such as cleanObjective() gives, got undef',
    ],
    [
      'a set',
      { batches: [1, 2] },
      'batches must be a function from a step to its examples { x, y }, got an array of 2',
    ],
    ['an optimizer to make', { optimizer: sgd }, 'optimizer must be one such as sgd({ rate: 0.1 }) gives, got a func'],
    ['parameters of numbers', { params: { weight: [1, 2] } }, "parameter 'weight' must be a tensor, got an array of 2"],
    [
      'parameters of none',
      { params: null },
      'params must be a record of tensors, such as network.init(key) gives, got',
    ],
    [
      'a checkpoint without a way to save',
      { checkpoint: { every: 1 } },
      'checkpoint.save must be a function, got undef',
    ],
    ['a listener that is none', { onStep: 5 }, 'onStep must be a function, got number 5'],
    ['a listener that is nothing', { onStep: null }, 'onStep must be a function, got null'],
    ['progress that is told to nobody', { onProgress: 'bar' }, 'onProgress must be a function, got string bar'],
    ['a checkpoint, misspelt', { checkpoint: { each: 1 } }, "checkpoint has no option 'each'"],
    ['arrays', { batches: () => ({ x: [[1, 2]], y: [1] }) }, 'x of the batch at step 0 must be a tensor, got an array'],
    [
      'no batch',
      { batches: () => undefined },
      'the batch at step 0 must be a record { x, y } of tensors, at once, got und',
    ],
    ['a later batch', { batches: async () => ({}) }, '{ x, y } of tensors, at once, got a promise'],
    ['a pair', { batches: () => [tensor2d([[1, 2]]), tensor1d([1])] }, 'x of the batch at step 0 must be a tensor'],
    ['a promise', { network: { ...network, apply: async () => 0 } }, 'got a promise'],
    ['two outputs', { network: { ...network, apply: (_: object, x: Tensor) => [x, x] } }, 'must give one tensor'],
  ])('refuses %s', async (_, given, what) => {
    await refused(given, what);
  });

  it('refuses a half that is none, and a schedule that is none', () => {
    expect(() => minMaxObjective({ inner: adversarial.inner } as never)).toThrow(
      'outer of minMaxObjective must be a function, got undefined',
    );
    expect(() => awpObjective(adversarial, { gamma: '0.1' as never })).toThrow(
      'gamma must be a number or a function of the step, got string 0.1',
    );
    expect(() => awpObjective(adversarial, { only: 'weight' as never })).toThrow(
      'only must be an array of names, such',
    );
  });

  it('takes functions to call later', () => {
    expect(() => every(2, undefined as never)).toThrow(new InputError('callback must be a function, got undefined'));
    expect(() => overfittingCheck({ ...watch, onLook: 5 as never })).toThrow('onLook must be a function, got number 5');
    expect(() => overfittingCheck({ ...watch, batches: 5 as never })).toThrow('batches must be a function, got number');
    expect(() => replayBatches(5 as never)).toThrow('batches must be a function, got number 5');
  });

  it('disposes a batch that it refuses', async () => {
    const batches = () => ({ x: tensor2d([[0, 1]]), y: tensor1d([true], 'bool') });
    expect(await refused({ batches }, 'y of the batch at step 0 must')).toBe(0);
  });

  it('refuses an objective without halves for awpObjective, and a mode that there is not', () => {
    expect(() => awpObjective(cleanObjective() as never)).toThrow('awpObjective takes an objective of two halves');
    expect(() => adversarialObjective({ attack, attackMode: 'train' as never })).toThrow(
      "attackMode must be 'evaluation' or 'training', got train",
    );
  });
});

describe('dataParallel', () => {
  it('refuses misspelt options', async () => {
    const made = dataParallel({ module: '', setting: 0, params: {}, shards: 1, worker: 2 } as never);
    await expect(made).rejects.toThrow("dataParallel has no option 'worker'; did you mean 'workers'?");
  });

  it('refuses a module without a factory', async () => {
    const module = new URL('./models.ts', import.meta.url);
    const made = dataParallel({ module, setting: 0, params: {}, shards: 1 });
    await expect(made).rejects.toThrow(InputError);
    await expect(made).rejects.toThrow('must be a function that makes the job, got undefined');
  });

  const module = new URL('./parallel-job.ts', import.meta.url);
  it.each<[string, object, string]>([
    [
      'a module beside no file',
      { module: './parallel-job.ts' },
      "module must be a URL, such as new URL('./job.js', im",
    ],
    ['no parameters', { params: undefined }, 'params must be a record of tensors'],
    ['no job', { module: new URL('./no-job.ts', import.meta.url) }, 'takes a network, functions { init, apply }'],
  ])('refuses %s', async (_, given, what) => {
    const made = dataParallel({ module, setting: { noisy: false }, params: {}, shards: 1, ...given });
    await expect(made).rejects.toThrow(InputError);
    await expect(made).rejects.toThrow(what);
  });

  it('says of a shard that is no batch what fit says of a batch, and disposes it', () => {
    const params = network.init(key('init'));
    const work = (batch: () => unknown) => {
      const job = { network, objective: cleanObjective(), batches: batch as () => Batch, key: key('run', 0) };
      return () => workShard(job, params, 3, 1, 2);
    };
    const before = memory().numTensors;
    const x = () => tensor2d([[0, 1]]);
    expect(work(() => ({ x: x(), y: [0, 1] }))).toThrow('y of shard 1 at step 3 must be a tensor, got an array of 2');
    expect(work(() => ({ x: x() }))).toThrow(new InputError('y of shard 1 at step 3 must be a tensor, got undefined'));
    expect(work(() => undefined)).toThrow('shard 1 at step 3 must be a record { x, y } of tensors, at once, got undef');
    expect(work(async () => 0)).toThrow('of tensors, at once, got a promise');
    expect(memory().numTensors).toBe(before);
  });

  it('refuses other parameters than those it was told of', async () => {
    const params = network.init(key('init'));
    const { objective, ...parallel } = await dataParallel({ module, setting: { noisy: false }, params, shards: 1 });
    await refused({ ...parallel, objective, params: { weight: tensor1d([1, 2]) } }, "params lacks 'bias'");
  });
});
