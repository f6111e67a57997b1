import {
  type Attack,
  type AttackOptions,
  type Box,
  ball,
  type Goal,
  InputError,
  key,
  margin,
  type Norm,
  type OutputKind,
  outputMargins,
  type Threat,
  withMask,
} from '@advml/core';
import { firstOffMask } from '@advml/core/internal';
import {
  clipByValue,
  mul,
  sub,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type AttackCase, attackCases, ridgeCases } from './attack-cases.ts';
import { attackCase, OPTIONS } from './attack-run.ts';
import { describeLater } from './describe-later.ts';
import { describeBadModels, describeFlatModels } from './describe-odd-models.ts';
import { describeReach, type PatientAttack } from './describe-reach.ts';
import { expectNoLeak } from './expect-no-leak.ts';
import { numbersOf } from './matchers.ts';
import { withRidges } from './ridge-model.ts';

/** What {@link describeAttack} must know about an attack. */
export interface AttackSuiteOptions {
  /** Norms it works in. */
  readonly norms: readonly Norm[];
  /** Boxes to try. Default: no box, and [0, 1]. An attack that is not tried without one is not tried in half a box either. */
  readonly boxes?: readonly (Box | undefined)[];
  /** Kinds of model it can attack. Default: scores and logits. */
  readonly outputs?: readonly OutputKind[];
  /** Whether it follows gradients. Default: true. */
  readonly usesGradient?: boolean;
  /** Whether another key gives other perturbations. Default: true. */
  readonly random?: boolean;
  /** The attack with a number of restarts (or draws), if it has them: more must never be weaker. */
  readonly withRestarts?: (threat: Threat, restarts: number) => Attack;
  /** The attack with 40 steps, where it is iterative: it must gain all that a linear model has to give. */
  readonly patient?: PatientAttack;
  /** Whether it takes only models that are sums of ridge functions, and neither boxes nor masks. Default: false. */
  readonly ridgesOnly?: boolean;
  /** Whether it works towards a goal that is a function. Default: true. */
  readonly anyGoal?: boolean;
  /** Constructions that must be refused, by what is wrong with them. */
  readonly refuses?: Readonly<Record<string, () => unknown>>;
}

/** A radius at which some of the cases stand: in l0 half of the entries. */
const epsOf = ({ name }: Norm): number => (name === 'l0' ? 3 : 0.25);
/** The entries of an input that may change, where a threat has a mask; as shares of eps, the examples' own radii. */
const MASK = [true, false, true, true, false, true];
const SHARES = [1, 0.5, 0, 0.5, 0.8, 1, 0.1];

/** To leave the labels, and to reach others. */
const GOALS = ['untargeted', 'targets'] as const;
/** Errors by more than a little: a goal that is neither to leave nor to reach a label. */
const clearlyWrong: Goal = (output, y) => sub(margin(output, y), 0.1);

/** Entries and bounds are float32. */
const isIn = ({ low, high }: Box, value: number) => value >= Math.fround(low) && value <= Math.fround(high);

type Result = ReturnType<typeof attackCase>;

const perExample = (result: Result, width: number, at: number) => ({
  points: result.points.slice(at * width, (at + 1) * width),
  success: result.success[at],
  distance: result.distance[at],
  loss: result.loss[at],
  gradients: result.gradients[at],
  queries: result.queries[at],
  zeroGradient: result.zeroGradient[at],
});

/**
 * What every attack must do, on linear models and small ReLU networks with scores and with logits: results inside ball
 * and box, honest success, the same bits for any batch, loud refusal of bad input, no leak.
 *
 * @param name - What the attack is called in the test's output.
 * @param makeAttack - Gives the attack on a threat.
 * @param options - What to expect of it.
 * @example
 * ```ts
 * describeAttack('pgd', (threat) => pgd({ threat, steps: 10 }), { norms: [l1, l2, linf] });
 * ```
 */
export function describeAttack(
  name: string,
  makeAttack: (threat: Threat) => Attack,
  {
    norms,
    ridgesOnly = false,
    boxes = ridgesOnly ? [undefined] : [undefined, { low: 0, high: 1 }],
    outputs = ridgesOnly ? ['score'] : ['score', 'logits'],
    usesGradient = !ridgesOnly,
    random = true,
    anyGoal = true,
    withRestarts,
    patient,
    refuses = {},
  }: AttackSuiteOptions,
): void {
  const threats = norms.flatMap((norm) => boxes.map((box) => ball(norm, epsOf(norm), box)));
  const cases = ridgesOnly ? ridgeCases() : attackCases(outputs);
  const anyThreat = ridgesOnly ? [] : cases;

  describe(`attack ${name}`, () => {
    for (const threat of threats) {
      describe(`in ${threat.norm.name}${threat.box ? ' with a box' : ''}`, () => {
        const attack = makeAttack(threat);
        const withShare = (share: number) => {
          const smaller = makeAttack({ ...threat, eps: share * threat.eps });
          return eachOnce((example: AttackCase) => attackCase(smaller, example));
        };
        const [still, half, plainly] = [0, 0.5, 1].map(withShare);
        it.each(cases)('is honest on $name', (example) => {
          expectHonestResult(threat, example, 'untargeted', plainly(example));
          expectHonest(attack, example, ['targets', ...(anyGoal ? [clearlyWrong] : [])]);
        });
        it.each(anyThreat)('changes only what a mask lets change on $name', (example) => {
          expectHonest(makeAttack(withMask(threat, MASK)), example, GOALS);
        });
        it.each(cases)('gives each example its own radius on $name', (example) => {
          const alike = new Map([still, half, plainly].map((run, at) => [at / 2, run(example)]));
          expectOwnRadii(attack, example, alike);
        });
        it.each(cases.filter(({ linear }) => linear))('is never weaker with a larger eps on $name', (example) => {
          expectGrowing([half, plainly, withShare(2)].map((run) => run(example).success));
        });
        it.each(cases)('does not see the batch on $name', (example) =>
          expectSameBitsForAnyBatch(attack, example, plainly(example)),
        );
        it.each(cases)('does nothing with eps 0 on $name', (example) => {
          const { points, distance } = still(example);
          expect(points).toHaveSameBits(tidyNumbers(example.x));
          expect(distance).toBeAllClose(distance.map(() => 0));
        });
        it.each(cases)('is as strong against outputs of any scale on $name', (example) => {
          for (const scale of [1e4, 1e-4]) {
            const times = (x: Tensor) => tidy(() => mul(example.model(x), scale));
            const model = withRidges(example.model, times, scale);
            expect(attackCase(attack, { ...example, model }).success).toEqual(plainly(example).success);
          }
        });
        if (withRestarts) {
          it.each(cases)('is never weaker with more restarts on $name', (example) => {
            expectGrowing([1, 3].map((restarts) => attackCase(withRestarts(threat, restarts), example).success));
          });
        }
        it('keeps no tensor', () => expectKeepsNothing(attack, cases[0]));
      });
    }
    for (const norm of ridgesOnly ? [] : norms) {
      it(`takes bounds and radii that are no float32 in ${norm.name}`, () =>
        expectTakesItsOwn(makeAttack, norm, cases[0]));
      if (!boxes.includes(undefined)) continue;
      it(`does not see bounds that are out of reach in ${norm.name}`, () => {
        const within = (box?: Box) => attackCase(makeAttack(ball(norm, epsOf(norm), box)), cases[0]).success;
        expect(within({ low: 0, high: 1e9 })).toEqual(within({ low: 0, high: Infinity }));
        for (const bound of [1e9, Infinity]) expect(within({ low: -bound, high: bound })).toEqual(within());
      });
      it.each(cases)(`is honest in half a box in ${norm.name} on $name`, (example) => {
        expectHonest(makeAttack(ball(norm, epsOf(norm), { low: 0, high: Infinity })), example, ['untargeted']);
      });
    }

    if (patient) describeReach(norms, patient);
    const threat = threats[0];
    describeKeys(makeAttack(threats.find(({ norm }) => norm.name === 'l2') ?? threat), cases[0], random);
    if (usesGradient) describeFlatModels(makeAttack(threat));
    describeBadModels(makeAttack(threat), cases[0], usesGradient);
    describeLater(makeAttack(threat), cases, usesGradient || ridgesOnly);
    if (outputs.includes('logits')) {
      it('takes a model that returns its input', () => expectTakesIdentity(makeAttack(threat)));
    }
    describeRefusals(makeAttack({ ...threat, box: boxes.at(-1) }), cases);

    it('says what it is', () => {
      const attack = makeAttack(threat);
      expect(attack.threat).toEqual(threat);
      expect(attack.label).toContain(threat.norm.name);
      expect(Object.isFrozen(attack)).toBe(true);
    });

    it.each(Object.entries(refuses))('refuses %s', (_, make) => {
      expect(make).toThrow(InputError);
    });
  });
}

/** A function that works once for each argument. */
function eachOnce<Argument, Result>(make: (argument: Argument) => Result): (argument: Argument) => Result {
  const made = new Map<Argument, Result>();
  return (argument) => {
    if (!made.has(argument)) made.set(argument, make(argument));
    return made.get(argument) as Result;
  };
}

const tidyNumbers = (make: () => Tensor) => numbersOf(tidy(make));

/** Each list of successes holds those of the one before. */
function expectGrowing(successes: readonly (readonly boolean[])[]): void {
  for (const [at, success] of successes.slice(1).entries()) {
    expect(successes[at].every((before, row) => !before || success[row])).toBe(true);
  }
}

/** Radii of the examples' own give the bits of attacks within those radii, of which some results are given by their share of eps. */
function expectOwnRadii(attack: Attack, example: AttackCase, alike: ReadonlyMap<number, Result>): void {
  const radii = example.y.map((_, at) => SHARES[at] * attack.threat.eps);
  const whole = attackCase(attack, example, { ...OPTIONS, eps: radii });
  const width = whole.points.length / radii.length;
  for (const [at, size] of whole.distance.entries()) {
    const one = alike.get(SHARES[at]);
    if (one) expect(perExample(whole, width, at)).toEqual(perExample(one, width, at));
    expect(size).toBeLessThanOrEqual(radii[at] * (1 + 1e-5) + 1e-6);
  }
}

/** Inputs at the float32 bounds of a box, and the attack's own results and distances, are good input. */
function expectTakesItsOwn(makeAttack: (threat: Threat) => Attack, norm: Norm, example: AttackCase): void {
  const [box, eps] = [{ low: 0.1, high: 0.7 }, 0.4 * epsOf(norm)];
  const attack = makeAttack(ball(norm, eps, box));
  const [inside, classes] = [tidy(() => clipByValue(example.x(), box.low, box.high)), example.labels(example.y)];
  const first = attack(example.model, inside, classes, OPTIONS);
  expect(first.distance.every((size) => size <= eps)).toBe(true);
  const again = attack(example.model, first.x, classes, { ...OPTIONS, eps: [...first.distance] });
  for (const { x } of [first, again]) expect(numbersOf(x).every((value) => isIn(box, value))).toBe(true);
  for (const tensor of [inside, classes, first.x, again.x]) tensor.dispose();
}

/** A model whose output is its input, to the tensor: logits of as many classes as there are entries. */
function expectTakesIdentity(attack: Attack): void {
  const x = tensor2d([
    [0.9, 0.1, 0.2, 0.3, 0.4, 0.5],
    [0.1, 0.2, 0.8, 0.7, 0.6, 0.5],
  ]);
  const y = tensor1d([0, 2], 'int32');
  const result = attack((input) => input, x, y, OPTIONS);
  const margins = outputMargins(result.x as typeof x, y);
  expect(result.loss).toBeAllClose(margins.map((margin) => -margin));
  expect(numbersOf(x).length).toBe(12); // still there
  for (const tensor of [x, y, result.x]) tensor.dispose();
}

/** How far the goal is reached, as the definition says. */
function reachedBy(goal: Goal, output: Tensor, labels: Tensor1D): Float32Array {
  if (typeof goal === 'function') return tidy(() => goal(output, labels).dataSync<'float32'>().slice());
  const margins = outputMargins(output, labels);
  return goal === 'untargeted' ? margins.map((margin) => -margin) : margins;
}

/** What an attack must find for each goal. */
function expectHonest(attack: Attack, example: AttackCase, goals: readonly (Goal | 'targets')[]): void {
  for (const goal of goals) {
    const result = attackCase(attack, example, { ...OPTIONS, goal: goalOf(goal, example) });
    expectHonestResult(attack.threat, example, goal, result);
  }
}

const goalOf = (goal: Goal | 'targets', { y, other }: AttackCase): Goal =>
  goal === 'targets' ? { target: y.map(other) } : goal;

/**
 * Ball, box, mask, distance, success and loss are what a fresh look says; and what meets the goal without any attack
 * still does, so that robust accuracy never exceeds clean accuracy.
 */
function expectHonestResult(threat: Threat, example: AttackCase, name: Goal | 'targets', result: Result): void {
  const { norm, eps, box } = threat;
  const goal = goalOf(name, example);
  const x = example.x();
  const rounding = 1e-6 * (eps + Math.max(...numbersOf(x).map(Math.abs)));

  expect(result.shape).toEqual(x.shape);
  expect(result.points.every(Number.isFinite)).toBe(true);
  if (box) expect(result.points.every((value) => isIn(box, value))).toBe(true);
  const found = tensor(result.points, result.shape);
  const sizes = tidyNumbers(() => norm.size(sub(found, x)));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(eps + rounding);
  expect(result.distance).toBeAllClose(sizes, { absolute: rounding });

  expect(firstOffMask(threat, x, found)).toBe(-1);

  const labels = example.labels(typeof goal === 'object' ? [...(goal.target as number[])] : example.y);
  const [clean, reached] = [x, found].map((at) => tidy(() => reachedBy(goal, example.model(at), labels)));
  expect(result.loss).toBeAllClose(reached);
  const met = (value: number) => (goal === 'untargeted' ? value >= 0 : value > 0);
  expect(result.success).toEqual(Array.from(reached, met));
  expect(result.gradients.every((count) => count >= 0)).toBe(true);
  for (const [at, value] of clean.entries()) if (met(value)) expect(result.success[at]).toBe(true);
  for (const one of [x, found, labels]) one.dispose();
}

/** One example alone, and the others in another order, give the same bits for each example as the whole batch. */
function expectSameBitsForAnyBatch(attack: Attack, example: AttackCase, whole: Result): void {
  const width = whole.points.length / example.y.length;
  for (const indices of [[2], [5, 4, 0, 6, 1, 3]]) {
    const part = attackCase(attack, example.pick(indices), { ...OPTIONS, indices });
    for (const [at, index] of indices.entries()) {
      expect(perExample(part, width, at)).toEqual(perExample(whole, width, index));
    }
  }
}

async function expectKeepsNothing(attack: Attack, example: AttackCase): Promise<void> {
  const [x, y, wrong] = [example.x(), example.labels(example.y), example.labels(example.y.map(() => 7))];
  await expectNoLeak(() => {
    attack(example.model, x, y, OPTIONS).x.dispose();
    attack.perturb(example.model, x, y, OPTIONS).dispose();
    expect(() => attack(example.model, x, wrong, OPTIONS)).toThrow(InputError);
  });
  for (const one of [x, y, wrong]) one.dispose();
}

/** In l2 where there is a choice: in other norms, ways from everywhere may end in the same corner. */
function describeKeys(attack: Attack, example: AttackCase, random: boolean): void {
  it('is decided by its key', () => {
    const first = attackCase(attack, example);
    expect(attackCase(attack, example)).toEqual(first);
    const other = attackCase(attack, example, { key: key('describe attack', 1) });
    if (random) expect(other.points).not.toEqual(first.points);
    else expect(other.points).toHaveSameBits(first.points);
  });

  it('perturbs for training within ball and box, the same bits for any batch', () => {
    const run = ({ x, y, labels, model }: AttackCase, indices?: number[]) => {
      const [inputs, classes] = [x(), labels(y)];
      const worst = attack.perturb(model, inputs, classes, { ...OPTIONS, indices });
      const sizes = tidyNumbers(() => attack.threat.norm.size(sub(worst, inputs)));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(attack.threat.eps * (1 + 1e-5) + 1e-6);
      const points = numbersOf(worst);
      for (const one of [inputs, classes, worst]) one.dispose();
      return points;
    };
    const whole = run(example);
    expect(example.y.flatMap((_, at) => run(example.pick([at]), [at]))).toHaveSameBits(whole);
  });
}

/** A change of one argument that must be refused, whatever the rest. */
function describeRefusals(attack: Attack, cases: readonly AttackCase[]): void {
  const refused = (example: AttackCase, x: Tensor, y: Tensor1D, options: AttackOptions = OPTIONS) => {
    expect(() => attack(example.model, x, y, options)).toThrow(InputError);
    x.dispose();
    y.dispose();
  };

  it.each(cases)('refuses bad input to $name', (example) => {
    const { x, y, labels, shape, bad } = example;
    const values = tidyNumbers(x);
    const spoilt = (value: number) => tensor([value, ...values.slice(1)], [y.length, ...shape]);
    const outside = attack.threat.box ? [-0.5, 1.5] : [];
    for (const value of [Number.NaN, Infinity, ...outside]) refused(example, spoilt(value), labels(y));
    for (const label of bad) refused(example, x(), tensor1d([label, ...y.slice(1)], 'float32'));
    refused(example, x(), labels(y.slice(1)));
    refused(example, x(), labels(y), { ...OPTIONS, indices: [0] });
    refused(example, x(), labels(y), { ...OPTIONS, eps: [attack.threat.eps] });
    for (const eps of [-0.1, 2 * attack.threat.eps, Number.NaN])
      refused(example, x(), labels(y), { ...OPTIONS, eps: y.map(() => eps) });
    refused(example, x(), labels(y), { ...OPTIONS, goal: { target: y.slice(1) } });
    refused(example, x(), labels(y), { ...OPTIONS, goal: { target: y.map(() => bad[0]) } });
    const broken = (input: Tensor) => mul(example.model(input), Number.NaN);
    refused({ ...example, model: withRidges(example.model, broken, 1) }, x(), labels(y));
  });
}
