import { type Attack, ball, key, l2, type Norm, type Threat } from '@advml/core';
import { type Tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { linearScore } from './linear-models.ts';

/** An attack with 40 steps or more, from the perturbations that `start` gives where it lets one choose, to the end. */
export type PatientAttack = (threat: Threat, start?: (x: Tensor) => Tensor) => Attack;

const [COUNT, WIDTH, EPS] = [50, 100, 1];
/** The least share of what can be gained that counts as all of it. */
const ALL = 0.999;

const w = Array.from(key('describe reach', 'w').normal(WIDTH));
const inputs = Array.from(key('describe reach', 'x').normal(COUNT * WIDTH));
const rows = Array.from({ length: COUNT }, (_, at) => inputs.slice(at * WIDTH, (at + 1) * WIDTH));

/** Points of the l2 sphere at every angle to the best direction, from the best to the worst. */
function atEveryAngle(): Tensor {
  const size = Math.hypot(...w);
  const along = w.map((value) => -value / size);
  const points = rows.flatMap((_, at) => {
    const angle = (Math.PI * at) / (COUNT - 1);
    const drawn = Array.from(key('describe reach', 'side', at).normal(WIDTH));
    const inner = drawn.reduce((sum, value, j) => sum + value * along[j], 0);
    const side = drawn.map((value, j) => value - inner * along[j]);
    const length = Math.hypot(...side);
    return along.map((value, j) => EPS * (Math.cos(angle) * value + (Math.sin(angle) * side[j]) / length));
  });
  return tensor2d(points, [COUNT, WIDTH]);
}

/** Gained over what can be gained, for each example of a linear score. */
function gains(attack: Attack): number[] {
  const score = linearScore(w);
  const [x, y] = [tensor2d(inputs, [COUNT, WIDTH]), tensor1d(Array(COUNT).fill(1))];
  const result = attack(score.model, x, y, { key: key('describe reach', 0) });
  for (const one of [x, y, result.x]) one.dispose();
  return rows.map((row, at) => {
    const clean = score.loss(row, 1);
    return (result.loss[at] - clean) / (score.worstLoss(row, 1, attack.threat) - clean);
  });
}

/**
 * What an iterative attack with some patience must do: gain all that a linear score has to give, wherever it starts.
 *
 * @param norms - Norms it works in.
 * @param patient - Makes the attack.
 */
export function describeReach(norms: readonly Norm[], patient: PatientAttack): void {
  const cases: [string, () => Attack][] = norms.map((norm) => [norm.name, () => patient(ball(norm, EPS))]);
  if (norms.includes(l2)) cases.push(['l2 from every angle', () => patient(ball(l2, EPS), atEveryAngle)]);
  describe(`gains ${ALL} of what there is on a linear model, with 40 steps`, () => {
    it.each(cases)('in %s', (_, make) => {
      const shares = gains(make());
      expect(Math.min(...shares)).toBeGreaterThan(ALL);
      expect(Math.max(...shares)).toBeLessThan(1 + 1e-5);
    });
  });
}
