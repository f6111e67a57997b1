import { ball, l0, l1, l2, linf, withMask } from '@advml/core';
import { describeAttack, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import { beforeAll } from 'vitest';
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
  fab,
  fgm,
  fmn,
  hopSkipJump,
  miFgsm,
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
} from '../src/index.ts';

beforeAll(() => useWasm());

const norms = [l1, l2, linf];

describeAttack('fgm', (threat) => fgm({ threat }), {
  norms,
  random: false,
  refuses: { 'a step of zero': () => fgm({ threat: ball(l2, 1), stepSize: 0 }) },
});
describeAttack('fgm from a random start', (threat) => fgm({ threat, start: 'random' }), { norms });
describeAttack('pgd', (threat) => pgd({ threat, steps: 8 }), {
  norms,
  withRestarts: (threat, restarts) => pgd({ threat, steps: 3, restarts }),
  patient: (threat, start) => pgd({ threat, steps: 40, start, earlyStop: false }),
  refuses: {
    'no steps': () => pgd({ threat: ball(l2, 1), steps: 0 }),
    'half a step': () => pgd({ threat: ball(l2, 1), steps: 1.5 }),
    'no restarts': () => pgd({ threat: ball(l2, 1), steps: 1, restarts: 0 }),
    'restarts that are all the same': () => pgd({ threat: ball(l2, 1), steps: 1, restarts: 2, start: 'none' }),
    'a negative step': () => pgd({ threat: ball(l2, 1), steps: 1, stepSize: -1 }),
    'a negative eps': () => pgd({ threat: ball(l2, -0.1), steps: 1 }),
  },
});
describeAttack('ridgeSearch', (threat) => ridgeSearch({ threat, steps: 30, restarts: 2 }), {
  norms: [l2],
  ridgesOnly: true,
  random: false,
  withRestarts: (threat, restarts) => ridgeSearch({ threat, steps: 12, restarts, near: 1 }),
  refuses: {
    'another norm': () => ridgeSearch({ threat: ball(linf, 1) }),
    'a box': () => ridgeSearch({ threat: ball(l2, 1, { low: 0, high: 1 }) }),
    'a mask': () => ridgeSearch({ threat: withMask(ball(l2, 1), [true, false]) }),
    'a ball without end': () => ridgeSearch({ threat: ball(l2, Infinity) }),
    'no steps': () => ridgeSearch({ threat: ball(l2, 1), steps: 0 }),
    'half a restart': () => ridgeSearch({ threat: ball(l2, 1), restarts: 0.5 }),
    'a negative share': () => ridgeSearch({ threat: ball(l2, 1), near: -1 }),
  },
});
describeAttack('apgd', (threat) => apgd({ threat, steps: 12 }), {
  norms,
  patient: (threat) => apgd({ threat, steps: 40, earlyStop: false }),
  refuses: {
    'no steps': () => apgd({ threat: ball(l2, 1), steps: 0 }),
    'a ball without end': () => apgd({ threat: ball(l2, Infinity) }),
  },
});
describeAttack('apgd in shrinking balls', (threat) => apgd({ threat, steps: 20, shrinking: true }), {
  norms: [l1],
  random: false, // on a linear model, where the larger balls make the start forgotten
  refuses: { 'shrinking in l2': () => apgd({ threat: ball(l2, 1), shrinking: true }) },
});
describeAttack('bim', (threat) => bim({ threat }), {
  norms,
  random: false,
  patient: (threat) => bim({ threat, steps: 40, earlyStop: false }),
  refuses: { 'no steps': () => bim({ threat: ball(l2, 1), steps: 0 }) },
});
describeAttack('miFgsm', (threat) => miFgsm({ threat }), {
  norms,
  random: false,
  patient: (threat) => miFgsm({ threat, steps: 40, start: 'random', earlyStop: false }),
  refuses: {
    'a negative decay': () => miFgsm({ threat: ball(l2, 1), decay: -1 }),
    'no steps': () => miFgsm({ threat: ball(l2, 1), steps: 0 }),
  },
});
describeAttack('slide', (threat) => slide({ threat, quantile: 0.6, start: 'random' }), {
  norms: [l1],
  patient: (threat) => slide({ threat, steps: 40, start: 'random', earlyStop: false }),
  refuses: {
    'another norm': () => slide({ threat: ball(l2, 1) }),
    'a quantile above 1': () => slide({ threat: ball(l1, 1), quantile: 1.1 }),
  },
});
const unitBox = { low: 0, high: 1 };
describeAttack('sparsePgd', (threat) => sparsePgd({ threat, steps: 8 }), {
  norms: [l0],
  boxes: [unitBox],
  random: false, // the first ascent begins at the inputs
  withRestarts: (threat, restarts) => sparsePgd({ threat, steps: 4, restarts }),
  refuses: {
    'another norm': () => sparsePgd({ threat: ball(l1, 1, unitBox) }),
    'no box': () => sparsePgd({ threat: ball(l0, 1) }),
    'half a box': () => sparsePgd({ threat: ball(l0, 1, { low: 0, high: Infinity }) }),
    'a ball without end': () => sparsePgd({ threat: ball(l0, Infinity, unitBox) }),
    'no steps': () => sparsePgd({ threat: ball(l0, 1, unitBox), steps: 0 }),
  },
});
describeAttack('noise', (threat) => noise({ threat, draws: 5 }), {
  norms,
  usesGradient: false,
  withRestarts: (threat, draws) => noise({ threat, draws }),
  refuses: { 'no draws': () => noise({ threat: ball(l2, 1), draws: 0 }) },
});
describeAttack('noise in l0', (threat) => noise({ threat, draws: 5 }), {
  norms: [l0],
  boxes: [unitBox],
  usesGradient: false,
});
describeAttack('denseMixture', (threat) => denseMixture({ threat, direction: [1, -2, 0.5, 1, 0, -1] }), {
  norms,
  outputs: ['score'],
  usesGradient: false,
  random: false,
});
describeAttack('square', (threat) => square({ threat, queries: 40 }), {
  norms,
  usesGradient: false,
  refuses: {
    'no queries': () => square({ threat: ball(l2, 1), queries: 0 }),
    'windows of more than everything': () => square({ threat: ball(l2, 1), share: 1.5 }),
  },
});
describeAttack('hopSkipJump', (threat) => hopSkipJump({ threat, steps: 3, probes: 20 }), {
  norms: [l2, linf],
  usesGradient: false,
  refuses: {
    l1: () => hopSkipJump({ threat: ball(l1, 1) }),
    'no steps': () => hopSkipJump({ threat: ball(l2, 1), steps: 0 }),
    'a single probe': () => hopSkipJump({ threat: ball(l2, 1), probes: 1 }),
  },
});
describeAttack('universal', (threat) => universal({ threat, delta: [1, -1, 0.5, 1, 0, -1] }), {
  norms,
  usesGradient: false,
  random: false,
  refuses: { 'a perturbation that is not finite': () => universal({ threat: ball(l2, 1), delta: [Number.NaN] }) },
});
describeAttack(
  'transfer',
  (threat) => transfer(pgd({ threat, steps: 5, earlyStop: false }), reluNet(9, { inputs: 6 })),
  { norms, outputs: ['score'], usesGradient: false },
);
describeAttack('paste', (threat) => paste({ threat, pixels: [1, -0.5], size: 2, places: 2 }), {
  norms: [linf],
  usesGradient: false,
  withRestarts: (threat, places) => paste({ threat, pixels: [0, 1], size: 2, places }),
  refuses: {
    'another norm': () => paste({ threat: ball(l2, 1), pixels: [1], size: 1 }),
    'a colour that is not finite': () => paste({ threat: ball(linf, 1), pixels: [Number.NaN], size: 1 }),
    'half a pixel': () => paste({ threat: ball(linf, 1), pixels: [1], size: 0.5 }),
    'no places': () => paste({ threat: ball(linf, 1), pixels: [1], size: 1, places: 0 }),
    'a ball without end': () => paste({ threat: ball(linf, Infinity), pixels: [1], size: 1 }),
  },
});
describeAttack('patch', (threat) => patch({ threat, size: 2, steps: 4, places: 2 }), {
  norms: [linf],
  random: false,
  withRestarts: (threat, places) => patch({ threat, size: 1, steps: 3, places }),
  refuses: {
    'another norm': () => patch({ threat: ball(l2, 1), size: 2 }),
    'half a pixel': () => patch({ threat: ball(linf, 1), size: 0.5 }),
    'no places': () => patch({ threat: ball(linf, 1), size: 2, places: 0 }),
    'a ball without end': () => patch({ threat: ball(linf, Infinity), size: 2 }),
  },
});
describeAttack('restarts', (threat) => restarts(pgd({ threat, steps: 4 }), 2), {
  norms: [l2],
  withRestarts: (threat, count) => restarts(pgd({ threat, steps: 3 }), count),
  refuses: { 'no restarts': () => restarts(fgm({ threat: ball(l2, 1) }), 0) },
});
describeAttack('targetedSweep', (threat) => targetedSweep(apgd({ threat, steps: 6 }), 2), {
  norms: [l2, linf],
  refuses: { 'no classes': () => targetedSweep(fgm({ threat: ball(l2, 1) }), 0) },
});
describeAttack('autoAttack in l0', (threat) => autoAttack({ threat, steps: 4, queries: 8 }), {
  norms: [l0],
  boxes: [unitBox],
  random: false,
  refuses: { 'no box': () => autoAttack({ threat: ball(l0, 1) }) },
});
describeAttack('autoAttack', (threat) => autoAttack({ threat, steps: 4, queries: 8 }), {
  norms: [l2, linf, l1],
  refuses: {
    'an unknown name': () => battery('strongest' as 'standard'),
    'no steps': () => autoAttack({ threat: ball(l2, 1), steps: 0 }),
  },
});
/** What attacks do after their search, with as few passes as show it; how close they come is tested elsewhere. */
const brief = { lineSearch: 3, polish: 1 };
describeAttack('deepFool', (threat) => deepFool({ threat, ...brief }), {
  norms,
  random: false,
  withRestarts: (threat, restarts) => deepFool({ threat, restarts, ...brief }),
  refuses: {
    'no steps': () => deepFool({ threat: ball(l2, 1), steps: 0 }),
    'one class': () => deepFool({ threat: ball(l2, 1), classes: 1 }),
    'a negative overshoot': () => deepFool({ threat: ball(l2, 1), overshoot: -0.1 }),
  },
});
describeAttack('carliniWagner', (threat) => carliniWagner({ threat, steps: 12, descents: 3, rate: 0.1, ...brief }), {
  norms: [l2],
  random: false,
  withRestarts: (threat, restarts) => carliniWagner({ threat, steps: 8, descents: 2, rate: 0.1, restarts, ...brief }),
  refuses: {
    linf: () => carliniWagner({ threat: ball(linf, 1) }),
    'one step': () => carliniWagner({ threat: ball(l2, 1), steps: 1 }),
    'a rate of zero': () => carliniWagner({ threat: ball(l2, 1), rate: 0 }),
  },
});
describeAttack('ddn', (threat) => ddn({ threat, steps: 8, restarts: 1, ...brief }), {
  norms: [l2],
  random: false,
  withRestarts: (threat, restarts) => ddn({ threat, steps: 4, restarts, ...brief }),
  refuses: {
    l1: () => ddn({ threat: ball(l1, 1) }),
    'no steps': () => ddn({ threat: ball(l2, 1), steps: 0 }),
    'a rate above 1': () => ddn({ threat: ball(l2, 1), rate: 2 }),
  },
});
describeAttack('fmn', (threat) => fmn({ threat, steps: 8, restarts: 1, ...brief }), {
  norms,
  random: false,
  withRestarts: (threat, restarts) => fmn({ threat, steps: 4, restarts, ...brief }),
  refuses: {
    'no steps': () => fmn({ threat: ball(l2, 1), steps: 0 }),
    'no restarts': () => fmn({ threat: ball(l2, 1), restarts: 0 }),
    'half a halving': () => fmn({ threat: ball(l2, 1), lineSearch: 0.5 }),
    'half a polish': () => fmn({ threat: ball(l2, 1), polish: 0.5 }),
    'a rate above 1': () => fmn({ threat: ball(l2, 1), radiusRate: [2, 0.1] }),
    'a step of zero': () => fmn({ threat: ball(l2, 1), stepSize: [1, 0] }),
  },
});
describeAttack('pdpgd', (threat) => pdpgd({ threat, steps: 8, restarts: 1, ...brief }), {
  norms,
  random: false,
  withRestarts: (threat, restarts) => pdpgd({ threat, steps: 4, restarts, ...brief }),
  refuses: {
    'no steps': () => pdpgd({ threat: ball(l2, 1), steps: 0 }),
    'a step of zero': () => pdpgd({ threat: ball(l2, 1), stepSize: [1, 0] }),
    'a rate of zero': () => pdpgd({ threat: ball(l2, 1), weightRate: [0, 1] }),
  },
});
describeAttack('ead', (threat) => ead({ threat, steps: 12, descents: 3, ...brief }), {
  norms: [l1],
  random: false,
  withRestarts: (threat, restarts) => ead({ threat, steps: 8, descents: 2, restarts, ...brief }),
  refuses: {
    l2: () => ead({ threat: ball(l2, 1) }),
    'one step': () => ead({ threat: ball(l1, 1), steps: 1 }),
    'an unknown rule': () => ead({ threat: ball(l1, 1), rule: 'l2' as 'l1' }),
    'no weight of the l1 distance': () => ead({ threat: ball(l1, 1), sparsity: 0 }),
  },
});
describeAttack('fab', (threat) => fab({ threat, steps: 6, restarts: 1, ...brief }), {
  norms,
  random: false,
  withRestarts: (threat, restarts) => fab({ threat, steps: 4, restarts, ...brief }),
  refuses: {
    'no steps': () => fab({ threat: ball(l2, 1), steps: 0 }),
    'a bias above 1': () => fab({ threat: ball(l2, 1), bias: 1.5 }),
  },
});
describeAttack('sigmaZero', (threat) => sigmaZero({ threat, steps: 8, polish: 1 }), {
  norms: [l0],
  random: false,
  withRestarts: (threat, restarts) => sigmaZero({ threat, steps: 4, restarts, polish: 1 }),
  refuses: {
    l1: () => sigmaZero({ threat: ball(l1, 1) }),
    'no steps': () => sigmaZero({ threat: ball(l0, 1), steps: 0 }),
    'half a polish': () => sigmaZero({ threat: ball(l0, 1), polish: 0.5 }),
    'a threshold above 1': () => sigmaZero({ threat: ball(l0, 1), threshold: 2 }),
    'a step of zero': () => sigmaZero({ threat: ball(l0, 1), stepSize: 0 }),
  },
});
describeAttack(
  'smallestEps',
  (threat) => smallestEps((own) => pgd({ threat: own, steps: 5 }), { threat, halvings: 3 }),
  {
    norms,
    refuses: {
      'a first radius beyond the threat': () =>
        smallestEps((threat) => fgm({ threat }), { threat: ball(l2, 1), first: 2 }),
      'no halvings': () => smallestEps((threat) => fgm({ threat }), { threat: ball(l2, 1), halvings: 0 }),
    },
  },
);
describeAttack('worstOf', (threat) => worstOf([noise({ threat }), fgm({ threat }), pgd({ threat, steps: 5 })]), {
  norms,
  refuses: {
    'no attack': () => worstOf([]),
    'different threats': () => worstOf([fgm({ threat: ball(l2, 1) }), fgm({ threat: ball(linf, 1) })]),
  },
});
