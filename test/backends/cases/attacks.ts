import {
  apgd,
  autoAttack,
  battery,
  bim,
  carliniWagner,
  ddn,
  deepFool,
  denseMixture,
  ead,
  expectation,
  fab,
  fgm,
  fgsm,
  findPatch,
  findUniversal,
  fmn,
  hopSkipJump,
  miFgsm,
  mixtureStart,
  noise,
  paste,
  patch,
  pdpgd,
  pgd,
  restarts,
  ridgeSearch,
  sigmaZero,
  slide,
  smallestEps,
  sparsePgd,
  square,
  targetedSweep,
  transfer,
  universal,
  worstOf,
} from '@advml/attacks';
import {
  type Attack,
  ball,
  type Classifier,
  dlr,
  key,
  l0,
  l1,
  l2,
  linf,
  type Norm,
  normalTensor,
  withMask,
} from '@advml/core';
import { cnn, mlp, symmetricTwoLayer } from '@advml/networks';
import { add, type Tensor, type Tensor1D, tanh } from '@tensorflow/tfjs-core';
import { type BackendCase, fresh, labels, numbers, pixels } from './case.ts';

/** A model to attack with examples, made on the current backend. */
type Subject = () => { readonly model: Classifier; readonly x: Tensor; readonly y: Tensor1D };

const BATCH = 4;
const WIDTH = 6;
const unit = { low: 0, high: 1 };

/** A smooth network on vectors, where slopes change. */
const onVectors =
  (output: 'score' | 'logits'): Subject =>
  () => ({
    model: fresh(mlp({ inputs: WIDTH, hidden: [8], outputs: output === 'score' ? 'score' : 3, activation: tanh }), 3),
    x: pixels(5, [BATCH, WIDTH]),
    y: labels(BATCH, output),
  });
const [scored, classed] = [onVectors('score'), onVectors('logits')];

/** A convolutional network on small images. */
const pictured: Subject = () => ({
  model: fresh(cnn({ inputs: [5, 5, 2], filters: [3], outputs: 3, norm: 'none', activation: tanh }), 2),
  x: pixels(6, [BATCH, 5, 5, 2]),
  y: labels(BATCH, 'logits'),
});

/** A sum of ridge functions, for attacks that use it. */
const ridged: Subject = () => ({
  model: fresh(symmetricTwoLayer({ inputs: WIDTH, neurons: 7, initialDeviation: 0.5, initialThreshold: 0.1 }), 1),
  x: numbers(7, [BATCH, WIDTH], 0.5),
  y: labels(BATCH, 'score'),
});

const options = { key: key('backends', 'attack') };
/** An attack on a subject, as a case. */
const of = (
  name: string,
  attack: Attack,
  subject: Subject = classed,
  more: Partial<BackendCase> = {},
): BackendCase => ({
  name,
  run: () => {
    const { model, x, y } = subject();
    return attack(model, x, y, options);
  },
  ...more,
});

const small = { steps: 4, restarts: 1, lineSearch: 3, polish: 1 };
const boxed = <N extends Norm>(norm: N, eps: number) => ball(norm, eps, unit);
const within = { l1: boxed(l1, 0.8), l2: boxed(l2, 0.3), linf: boxed(linf, 0.15) };
const anywhere = { l1: ball(l1, Infinity), l2: ball(l2, Infinity), linf: ball(linf, Infinity) };
const each = <Name extends string, Value>(
  record: Record<Name, Value>,
  make: (name: Name, value: Value) => BackendCase,
) => (Object.entries(record) as [Name, Value][]).map(([name, value]) => make(name, value));

/** Attacks inside a ball, one case an attack and a norm. */
const inBalls: readonly BackendCase[] = [
  ...each(within, (norm, threat) => of(`fgm in ${norm}`, fgm({ threat }))),
  of('fgsm', fgsm({ eps: 0.15, box: unit })),
  ...each(within, (norm, threat) => of(`pgd in ${norm}`, pgd({ threat, steps: 5, restarts: 2 }), scored)),
  of('pgd on images', pgd({ threat: boxed(linf, 0.05), steps: 4 }), pictured),
  of('pgd behind a mask', pgd({ threat: withMask(within.l2, [1, 0, 1, 1, 0, 1].map(Boolean)), steps: 4 })),
  of('pgd without a box', pgd({ threat: ball(l2, 0.5), steps: 6, earlyStop: false }), ridged),
  of('bim', bim({ threat: within.linf, steps: 4 })),
  of('miFgsm', miFgsm({ threat: within.linf, steps: 4 })),
  of('slide', slide({ threat: within.l1, steps: 4, quantile: 0.6, start: 'random' })),
  ...each(within, (norm, threat) => of(`apgd in ${norm}`, apgd({ threat, steps: 8, loss: dlr }))),
  of('apgd in shrinking balls', apgd({ threat: within.l1, steps: 8, shrinking: true })),
  of('sparsePgd', sparsePgd({ threat: boxed(l0, 2), steps: 4, restarts: 2 })),
  of('ridgeSearch', ridgeSearch({ threat: ball(l2, 0.5), steps: 8, restarts: 2 }), ridged),
  of('noise', noise({ threat: within.l2, draws: 4 })),
  of('denseMixture', denseMixture({ threat: within.l2, direction: [1, -2, 0.5, 1, 0, -1] }), scored),
  of(
    'pgd from the mixture',
    pgd({ threat: within.l2, steps: 3, start: mixtureStart({ threat: within.l2, direction: [1, -2, 0.5, 1, 0, -1] }) }),
    scored,
  ),
  ...each(within, (norm, threat) => of(`square in ${norm}`, square({ threat, queries: 12 }), pictured)),
  of('hopSkipJump', hopSkipJump({ threat: within.l2, steps: 2, probes: 12 })),
  of('universal', universal({ threat: within.linf, delta: [1, -1, 0.5, 1, 0, -1] })),
  of(
    'paste',
    paste({ threat: boxed(linf, 1), pixels: [1, -0.5, 0.2, 0, 0.6, 1, -1, 0.4], size: 2, places: 2 }),
    pictured,
  ),
  of('patch', patch({ threat: boxed(linf, 0.5), size: 2, steps: 3, places: 2 }), pictured),
];

/** Attacks that look for the closest error. */
const closest: readonly BackendCase[] = [
  ...each(anywhere, (norm, threat) =>
    of(`deepFool in ${norm}`, deepFool({ threat, steps: 4, lineSearch: 3, polish: 1 })),
  ),
  of('carliniWagner', carliniWagner({ threat: anywhere.l2, ...small, steps: 8, descents: 2, rate: 0.1 })),
  of('ddn', ddn({ threat: anywhere.l2, ...small, steps: 6 })),
  of('ead', ead({ threat: anywhere.l1, ...small, steps: 8, descents: 2 })),
  ...each(anywhere, (norm, threat) => of(`fab in ${norm}`, fab({ threat, ...small }))),
  ...each(anywhere, (norm, threat) => of(`fmn in ${norm}`, fmn({ threat, ...small, steps: 6 }))),
  ...each(anywhere, (norm, threat) => of(`pdpgd in ${norm}`, pdpgd({ threat, ...small, steps: 6 }))),
  of('sigmaZero', sigmaZero({ threat: boxed(l0, 6), steps: 6, polish: 1 })),
  of('fab in a box on images', fab({ threat: boxed(l2, 5), ...small }), pictured),
  of(
    'smallestEps',
    smallestEps((threat) => pgd({ threat, steps: 4 }), { threat: within.l2, halvings: 3 }),
  ),
];

/** Attacks made of attacks, and searches of one perturbation for a set. */
const together: readonly BackendCase[] = [
  of('restarts', restarts(pgd({ threat: within.l2, steps: 3 }), 2)),
  of(
    'worstOf',
    worstOf([noise({ threat: within.linf }), fgm({ threat: within.linf }), pgd({ threat: within.linf, steps: 3 })]),
  ),
  of('targetedSweep', targetedSweep(apgd({ threat: within.l2, steps: 4 }), 2)),
  ...each(within, (norm, threat) => of(`autoAttack in ${norm}`, autoAttack({ threat, steps: 3, queries: 6 }))),
  of('autoAttack in l0', autoAttack({ threat: boxed(l0, 2), steps: 3, queries: 6 })),
  of(
    'the battery of the paper',
    worstOf(
      battery('paper', { direction: [1, -2, 0.5, 1, 0, -1], steps: 4, restarts: 2 }).map(({ attack }) =>
        attack(ball(l2, 0.3)),
      ),
    ),
    ridged,
  ),
  {
    name: 'transfer',
    run: () => {
      const { model, x, y } = classed();
      return transfer(
        pgd({ threat: within.l2, steps: 3, earlyStop: false }),
        fresh(mlp({ inputs: WIDTH, hidden: [5], outputs: 3 }), 9),
      )(model, x, y, options);
    },
  },
  {
    name: 'expectation',
    run: () => {
      const { model, x, y } = classed();
      const noisy = expectation((input, own) => model(add(input, normalTensor(own, input.shape, 0.1))), {
        draws: 3,
        key: key('backends', 'draws'),
      });
      return pgd({ threat: within.l2, steps: 3 })(noisy, x, y, options);
    },
  },
  {
    name: 'findUniversal',
    run: () => {
      const { model, x, y } = scored();
      return findUniversal(model, { x, y }, { threat: within.l2, steps: 4, key: options.key });
    },
  },
  {
    name: 'findPatch',
    run: () => {
      const { model, x, y } = pictured();
      return findPatch(model, { x, y }, { threat: boxed(linf, 1), size: 2, steps: 4, key: options.key });
    },
  },
  {
    name: 'an attack towards a goal, within radii of the examples',
    run: () => {
      const { model, x, y } = classed();
      const goal = { target: [1, 2, 0, 1] };
      return apgd({ threat: within.l2, steps: 5 })(model, x, y, { ...options, goal, eps: [0.3, 0.1, 0, 0.2] });
    },
  },
  {
    name: 'perturb for training',
    run: () => {
      const { model, x, y } = classed();
      return pgd({ threat: within.linf, steps: 4 }).perturb(model, x, y, options);
    },
  },
];

/** Every attack of the package on small smooth networks. */
export const attackCases: readonly BackendCase[] = [...inBalls, ...closest, ...together];
