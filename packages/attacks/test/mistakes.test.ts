import {
  type Attack,
  type AttackOptions,
  ball,
  type Classifier,
  InputError,
  key,
  l0,
  l1,
  l2,
  linf,
  type Norm,
  type Threat,
} from '@advml/core';
import { linearScore } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { fill, sigmoid, type Tensor, type Tensor1D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as attacks from '../src/index.ts';
import {
  battery,
  expectation,
  fab,
  fgm,
  fgsm,
  findPatch,
  findUniversal,
  fmn,
  mixtureStart,
  noise,
  pdpgd,
  pgd,
  restarts,
  smallestEps,
  square,
  targetedSweep,
  transfer,
  universal,
  worstOf,
} from '../src/index.ts';
import { graded } from '../src/parts.ts';

beforeAll(() => useWasm());

const threat = ball(l2, 0.5);
const steps = 2;
const direction = [1, 0];
const { model } = linearScore([1, 0]);
const options: AttackOptions = { key: key('mistakes', 0) };
const x = () => tensor2d([[0.25, 2]]);
const y = () => tensor1d([1]);

/** Functions that do not begin with one record of options with a threat; those below are tested by themselves. */
const OTHERS = [
  'battery',
  'expectation',
  'fgsm',
  'findPatch',
  'findUniversal',
  'restarts',
  'targetedSweep',
  'transfer',
  'worstOf',
];

/** What a factory needs beside a threat. */
const NEEDED: Readonly<Record<string, object>> = {
  denseMixture: { direction },
  ead: { threat: ball(l1, 0.5) },
  mixtureStart: { direction },
  paste: { threat: ball(linf, 0.5), pixels: direction, size: 2 },
  patch: { threat: ball(linf, 0.5), size: 1 },
  pgd: { steps },
  sigmaZero: { threat: ball(l0, 2) },
  slide: { threat: ball(l1, 0.5) },
  sparsePgd: { threat: ball(l0, 2, { low: 0, high: 1 }) },
  universal: { delta: direction },
};

function errorOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

/** Factories whose attacks work in l0. */
const IN_L0 = ['autoAttack', 'noise', 'sigmaZero', 'smallestEps', 'sparsePgd', 'universal'];

/** Every factory of the package, for any options. */
const FACTORIES = Object.entries(attacks as unknown as Record<string, (given: never) => unknown>)
  .filter(([name]) => !OTHERS.includes(name))
  .map(([name, factory]) => {
    const made =
      name === 'smallestEps' ? (given: never) => smallestEps((own) => noise({ threat: own }), given) : factory;
    return [name, made, NEEDED[name] ?? {}] as const;
  });

describe.each(FACTORIES)('%s', (name, factory, needed) => {
  const made = (given: unknown) => () => factory(given as never);
  const good = { threat, ...needed };

  it('takes what it should', () => {
    expect(made(good)).not.toThrow();
  });

  it('works in l0, or says what does', () => {
    const make = made({ ...good, threat: ball(l0, 2, { low: 0, high: 1 }) });
    const way = /got l0; use (sparsePgd for a number of entries, or sigmaZero for the fewest)/;
    if (IN_L0.includes(name)) expect(make).not.toThrow();
    else expect(make).toThrow(way);
  });

  it('says what it takes where options are missing, misspelt or something else', () => {
    for (const [given, what] of [
      [undefined, `${name} takes one record of options {`],
      [7, `${name} takes one record of options {`],
      [ball(l2, 0.5), `${name} has no option 'norm'`],
      [{ ...good, epsilon: 0.1 }, `${name} has no option 'epsilon'`],
      [{ ...good, threat: undefined }, `${name} needs a threat, such as ball(l2, 0.1), got undefined`],
      [{ ...good, threat: l2 }, `${name} needs a threat, such as ball(l2, 0.1), got`],
      [{ ...good, threat: 0.5 }, `${name} needs a threat, such as ball(l2, 0.1), got number 0.5`],
      [
        { ...good, threat: { norm: 'linf', eps: 0.5 } },
        "norm must be l0, l1, l2 or linf of '@advml/core', the value itself, got string linf",
      ],
      [{ ...good, threat: { norm: l2, eps: '0.5' } }, 'eps must be >= 0 (input units), got string 0.5'],
      [{ ...good, threat: { norm: l2, eps: 3e38 } }, 'eps must be at most 1e+18'],
      [{ ...good, threat: { ...threat, box: [0, 1] } }, 'a box takes one record of options { low, high }'],
      [{ ...good, threat: { ...threat, box: { min: 0, max: 1 } } }, "a box has no option 'min'"],
      [{ ...good, threat: { ...threat, mask: [0, 1] } }, 'mask must hold booleans, got number 0 at entry 0'],
    ] as const) {
      expect(made(given)).toThrow(InputError);
      expect(made(given)).toThrow(what);
    }
  });
});

/** Options that any value decides, and an ascent of one's own. */
const UNCHECKED = ['earlyStop', 'rescale', 'ascent'];
/** Options that are looked at when the attack is called. */
const LATER = ['start', 'gradientModel'];

it.each(FACTORIES)('%s names every option of a wrong type', (name, factory, needed) => {
  const made = (given: unknown) => () => factory(given as never) as Attack;
  const all = new RegExp(`${name} takes one record of options { (.*) }`).exec(errorOf(made(7)))?.[1] ?? '';
  for (const option of all.split(', ').filter((each) => !UNCHECKED.includes(each))) {
    for (const value of [{ no: 1 }, tensor1d([1, 2]), ...(option in needed ? [undefined] : [])]) {
      const make = made({ threat, ...needed, [option]: value });
      const call = () => make()(model, x(), y(), options);
      expect(LATER.includes(option) ? call : make, option).toThrow(InputError);
    }
  }
});

it.each([
  [
    'a number in place of a pair',
    () => fmn({ threat, stepSize: 0.5 as never }),
    'stepSize must be an array [first, last], got number 0.5',
  ],
  [
    'half a pair',
    () => pdpgd({ threat, weightRate: [1] as never }),
    'weightRate must be an array [first, last], got an array of 1',
  ],
  [
    'a tensor in place of numbers',
    () => universal({ threat, delta: tensor1d([1, 2]) as never }),
    'delta must be an array of numbers, such as the dataSync() of a tensor, got a float32 tensor [2]',
  ],
  [
    'what float32 cannot hold',
    () => mixtureStart({ threat, direction: [0, 1e39] }),
    'direction must hold finite numbers, got 1e+39 at entry 1',
  ],
])('%s is named', (_, make, message) => expect(make).toThrow(message));

describe('other functions', () => {
  const own = fgm({ threat });
  const any = (value: unknown) => value as never;
  it.each<[string, () => unknown, string]>([
    ['fgsm without options', () => fgsm(any(undefined)), 'fgsm takes one record of options {'],
    ['fgsm, misspelt', () => fgsm(any({ epsilon: 0.1 })), "fgsm has no option 'epsilon'; did you mean 'eps'?"],
    ['ball of a name', () => ball(any('linf'), 0.5), 'the value itself, got string linf'],
    ['a battery, misspelt', () => battery('standard', any({ step: 3 })), "did you mean 'steps'?"],
    ['the paper battery of nothing', () => battery('paper', any({})), "battery 'paper' needs a direction"],
    [
      'worstOf members',
      () => worstOf(any(battery('standard'))),
      'worstOf takes attacks, got a member of a battery; give member.attack(threat)',
    ],
    ['worstOf one attack', () => worstOf(any(own)), 'worstOf takes an array of attacks'],
    [
      'worstOf functions',
      () => worstOf([any(fgm)]),
      'worstOf takes attacks, got a function (fgm); pgd({ threat, steps: 40 }) is one',
    ],
    ['restarts of a battery', () => restarts(any(battery('standard')), 2), 'restarts takes attacks, got an array of 4'],
    ['targetedSweep of options', () => targetedSweep(any({ threat })), 'targetedSweep takes attacks'],
    ['transfer of nothing', () => transfer(any(undefined), model), 'transfer takes attacks'],
    [
      'smallestEps of an attack that forgets its box',
      () => smallestEps(({ eps }) => fgm({ threat: ball(l2, eps) }), { threat: ball(l2, 1, { low: 0, high: 1 }) }),
      'the attack must use the threat it is given, l2 eps 1 in [0, 1], got l2 eps 1',
    ],
    [
      'smallestEps of an attack',
      () => smallestEps(any(own), { threat }),
      'smallestEps takes a function that makes an attack',
    ],
    [
      'graded in no threat',
      () =>
        graded(
          'own',
          any(0.5),
          any(() => 0),
        ),
      'graded needs a threat',
    ],
    [
      'a loss by its name',
      () => pgd({ threat, steps, loss: any('margin') }),
      'loss must be a function of outputs and labels, such as margin, got string margin',
    ],
    [
      'expectation without a key',
      () => expectation(any(model), any({ draws: 2 })),
      "key must be a key, such as key('run', 7), got undefined",
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });

  it('findPatch', async () => {
    const find = (given: unknown) => findPatch(model, { x: x(), y: y() }, any(given));
    const inBox = ball(linf, 1, { low: 0, high: 2 });
    await expect(find(undefined)).rejects.toThrow('findPatch takes one record of options');
    await expect(find({ threat: inBox, size: 1, key: 7 })).rejects.toThrow("key must be a key, such as key('run', 7)");
    await expect(find({ key: options.key })).rejects.toThrow('findPatch needs a threat');
    await expect(find({ threat, size: 1, key: options.key })).rejects.toThrow('findPatch works in linf, got l2');
  });

  it('findUniversal', async () => {
    const find = (given: unknown) => findUniversal(model, { x: x(), y: y() }, any(given));
    await expect(find(undefined)).rejects.toThrow('findUniversal takes one record of options');
    await expect(find({ threat, key: 7 })).rejects.toThrow("key must be a key, such as key('run', 7), got number 7");
    await expect(find({ key: options.key })).rejects.toThrow('findUniversal needs a threat');
  });
});

const NORMS: readonly Norm[] = [l1, l2, linf];
const CALLED: readonly [string, Attack][] = [
  ['an attack', pgd({ threat, steps })],
  ['a search for the closest', fmn({ threat, steps })],
  ['several', worstOf([noise({ threat }), fgm({ threat })])],
  ['restarts', restarts(fgm({ threat }), 2)],
  ['a sweep', targetedSweep(fgm({ threat }))],
  ['a transfer', transfer(fgm({ threat }), model)],
  ['the smallest eps', smallestEps((own) => fgm({ threat: own }), { threat })],
];

describe.each(CALLED)('calling %s', (_, attack) => {
  it.each<[string, unknown[], string]>([
    ['no options', [model, x, y, undefined], 'an attack takes one record of options { key,'],
    ['a seed', [model, x, y, { key: 7 }], "key must be a key, such as key('run', 7), got number 7"],
    ['a misspelt option', [model, x, y, { ...options, target: [1] }], "an attack has no option 'target'"],
    [
      'a goal by name',
      [model, x, y, { ...options, goal: 'targeted' }],
      "goal must be 'untargeted', { target } with a label",
    ],
    ['a goal of labels', [model, x, y, { ...options, goal: [1] }], 'of outputs and labels, got an array of 1'],
    ['an array', [model, () => [[0.25, 2]], y, options], 'x must be a tensor, got an array of 1; use tensor(x)'],
    ['labels in an array', [model, x, () => [1], options], 'y must be a tensor, got an array of 1; use tensor(y)'],
    ['no model', [undefined, x, y, options], 'a model must be a function from inputs to outputs, got undefined'],
    ['one radius', [model, x, y, { ...options, eps: 0.1 }], 'eps must hold 1 radii, one an example, got number 0.1'],
  ])('with %s', (_, [given, inputs, labels, more], message) => {
    const call = () =>
      attack(given as Classifier, (inputs as () => Tensor)(), (labels as () => Tensor1D)(), more as AttackOptions);
    expect(call).toThrow(InputError);
    expect(call).toThrow(message);
  });
});

describe('sizes that float32 cannot square', () => {
  it.each(NORMS)('are refused in $name, and the largest others come to an end', (norm) => {
    expect(() => ball(norm, 1e39)).toThrow('eps must be at most 1e+18');
    const largest: Threat = ball(norm, 1e18);
    for (const attack of [fgm({ threat: largest, start: 'random' }), fab({ threat: largest, steps: 3 })]) {
      expect(attack(model, x(), y(), options).success).toEqual([true]);
      expect(() => attack(model, tensor2d([[1e30, 0]]), y(), options)).toThrow(
        'x must hold numbers of at most 1e+18, got 1',
      );
    }
  });
});

describe('a start', () => {
  it.each(NORMS)('must be finite and like x in $name', (norm) => {
    const from = (start: (inputs: Tensor) => Tensor) => () =>
      pgd({ threat: ball(norm, 1), steps, start })(model, x(), y(), options);
    expect(from((inputs) => fill(inputs.shape, Number.NaN))).toThrow('what start gives must be finite, got NaN');
    expect(from(() => fill([1, 3], 0))).toThrow('what start gives must have shape [1, 2], got [1, 3]');
    expect(from((inputs) => inputs)).not.toThrow();
  });
});

describe('scores that are probabilities', () => {
  const attack = pgd({ threat, steps: 10 });
  const warned = (each: Classifier, ...inputs: number[][]) =>
    attack(each, tensor2d(inputs), tensor1d(inputs.map(() => 1)), options).warnings;

  it('are warned of, for one example and for many', () => {
    const squashed: Classifier = (v) => tidy(() => sigmoid(model(v)));
    expect(warned(squashed, [0.25, 2])).toEqual([expect.stringContaining('give the score before the sigmoid')]);
    expect(warned(squashed, [0.25, 2], [3, 1], [-2, 5])).toHaveLength(1);
  });

  it('are told from scores that happen to lie between 0 and 1', () => {
    expect(warned(model, [0.75, 2])).toEqual([]);
    expect(warned(model, [0.75, 2], [0.9, 1])).toEqual([]);
  });
});

describe('counts', () => {
  it('are the same in any batch, whoever is left for the later attacks', () => {
    const attack = worstOf([fgm({ threat }), square({ threat, queries: 5 })]);
    const inputs = [
      [0.25, 0],
      [2, 0],
    ];
    const run = (rows: number[]) =>
      attack(model, tensor2d(rows.map((row) => inputs[row])), tensor1d(rows.map(() => 1)), {
        ...options,
        indices: rows,
      }).queries;
    expect(run([0, 1])).toEqual(Int32Array.of(0, 5));
    expect(run([0])).toEqual(Int32Array.of(0));
    expect(run([1])).toEqual(Int32Array.of(5));
  });
});
