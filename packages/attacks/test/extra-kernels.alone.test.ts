// Attacks find the same with the kernels that useWasm brings for them as with the operations that stand in where there are none.
import {
  type Attack,
  type AttackResult,
  type Box,
  ball,
  type Classifier,
  key,
  l1,
  l2,
  linf,
  type Threat,
  withMask,
} from '@advml/core';
import { numbersOf, reluNet } from '@advml/testkit';
import { useWasm } from '@advml/wasm';
import {
  engine,
  fill,
  getKernel,
  type KernelConfig,
  matMul,
  registerKernel,
  relu,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { apgd, pgd } from '../src/index.ts';

beforeAll(() => useWasm());

const KERNELS = ['FreeGradient', 'ProjectDelta', 'PickRows'] as const;
const [COUNT, WIDTH] = [24, 7];

/** A threat, and radii of the examples where they differ. */
interface Room {
  readonly box?: Box;
  readonly mask?: readonly boolean[];
  readonly shares?: readonly number[];
}

const quarters = { low: -0.5, high: 0.75 };
const rooms: Readonly<Record<string, Room>> = {
  'without a box': {},
  'in a box': { box: quarters },
  // From a quarter, a step of 0.65 to the bound beyond zero is rounded, and ends inside.
  'in a box whose bounds are no float32': { box: { low: -0.4, high: 0.4 } },
  'in a box without an upper side': { box: { low: -0.25, high: Infinity } },
  'in a box without a lower side': { box: { low: -Infinity, high: 0.5 } },
  'with a mask': { mask: [true, false, true, true, false, true, true] },
  'with a mask in a box': { box: quarters, mask: [false, true, true, false, true, true, true] },
  'in a box with radii of their own': {
    box: quarters,
    shares: Array.from({ length: COUNT }, (_, row) => (row % 5) / 4),
  },
};

const plain = reluNet(5, { inputs: WIDTH, hidden: 20 });
const weights = key('kernels', 'weights').normal(WIDTH * 6, 0.7);
/** No neuron is on in much of the space, and the gradient zero. */
const partlyFlat: Classifier = (x) =>
  tidy(() => {
    const before = sub(matMul(x as Tensor2D, tensor2d(weights, [WIDTH, 6])), 0.9);
    return sub(sum(relu(before), 1), 0.3) as Tensor1D;
  });
const models = { 'a ReLU network': plain, 'a model that is partly flat': partlyFlat };

const attacks: Readonly<Record<string, (threat: Threat) => Attack>> = {
  pgd: (threat) => pgd({ threat, steps: 8, restarts: 2 }),
  'pgd to the end': (threat) => pgd({ threat, steps: 8, restarts: 2, earlyStop: false }),
  'pgd from points that box and mask cut': (threat) => pgd({ threat, steps: 8, start: (x) => fill(x.shape, 0.3) }),
  apgd: (threat) => apgd({ threat, steps: 16 }),
  'apgd to the end': (threat) => apgd({ threat, steps: 16, earlyStop: false }),
};

const norms = [
  { norm: l1, eps: 0.8 },
  { norm: l2, eps: 0.4 },
  { norm: linf, eps: 0.2 },
];

/** Quarters, of which those that lie outside the box are put exactly at its bounds. */
function inputsIn({ low, high }: Box = { low: -Infinity, high: Infinity }): Float32Array {
  const bounds = [Math.fround(low), Math.fround(high)];
  return key('kernels', 'x')
    .normal(COUNT * WIDTH, 0.6)
    .map((value) => Math.min(Math.max(Math.round(4 * value) / 4, bounds[0]), bounds[1]));
}

const signs = (model: Classifier, x: Float32Array): number[] =>
  tidy(() => numbersOf(model(tensor2d(x, [COUNT, WIDTH]))).map((score) => (score > 0 ? 1 : -1)));

/** What an attack finds, and which of the kernels took part. */
function run(attack: Attack, model: Classifier, values: Float32Array, eps?: readonly number[]) {
  const kernels = vi.spyOn(engine(), 'runKernel');
  const [x, y] = [tensor2d(values, [COUNT, WIDTH]), tensor1d(signs(model, values))];
  const result = attack(model, x, y, { key: key('kernels', 'attack'), eps });
  const found = { ...result, x: numbersOf(result.x) };
  for (const tensor of [x, y, result.x]) tensor.dispose();
  const used = KERNELS.filter((name) => kernels.mock.calls.some(([called]) => called === name));
  kernels.mockRestore();
  return { found, used };
}

function withoutKernels<T>(work: () => T): T {
  const taken = KERNELS.map((name) => getKernel(name, 'wasm') as KernelConfig);
  for (const name of KERNELS) unregisterKernel(name, 'wasm');
  try {
    return work();
  } finally {
    for (const kernel of taken) registerKernel(kernel);
  }
}

type Found = Omit<AttackResult, 'x'> & { readonly x: number[] };

function expectSame(found: Found, expected: Found, isExact: boolean): void {
  for (const name of ['x', 'loss', 'distance'] as const) {
    if (isExact) expect(found[name]).toHaveSameBits(expected[name]);
    else expect(found[name]).toBeAllClose(expected[name], { absolute: 1e-3 });
  }
  for (const name of ['success', 'gradients', 'zeroGradient'] as const) expect(found[name]).toEqual(expected[name]);
}

describe.each(Object.entries(models))('%s', (_, model) => {
  describe.each(Object.entries(rooms))('%s', (_, { box, mask, shares }) => {
    it.each(norms)('is attacked alike with and without the kernels in $norm.name', ({ norm, eps }) => {
      const threat = mask ? withMask(ball(norm, eps, box), mask) : ball(norm, eps, box);
      const x = inputsIn(box);
      const radii = shares?.map((share) => share * eps);
      for (const bound of box ? [box.low, box.high].filter(Number.isFinite) : [])
        expect(x).toContain(Math.fround(bound));

      const seen = new Set<string>();
      for (const make of Object.values(attacks)) {
        const { found, used } = run(make(threat), model, x, radii);
        const other = withoutKernels(() => run(make(threat), model, x, radii));
        expect(other.used).toEqual([]);
        expectSame(found, other.found, norm !== l2); // in l2 sums are rounded otherwise
        expect(new Set(found.success).size).toBe(2);
        if (model === partlyFlat) expect(new Set(found.zeroGradient).size).toBe(2);
        for (const name of used) seen.add(name);
      }
      expect([...seen].sort()).toEqual(KERNELS.filter((name) => norm !== l1 || name !== 'ProjectDelta').sort());
    });
  });
});
