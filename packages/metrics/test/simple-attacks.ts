import {
  type Attack,
  type AttackOptions,
  exampleKeys,
  perturb,
  projectDelta,
  randomDelta,
  type Threat,
} from '@advml/core';
import type { LinearModel } from '@advml/testkit';
import { add, mul, sub, sum, type Tensor, type Tensor1D, tensor, tidy } from '@tensorflow/tfjs-core';

type Search = (x: Tensor, y: Tensor1D, options: AttackOptions) => Tensor;

/** An attack from a function that gives the perturbed inputs; its own verdict is left blank, since nobody should read it. */
function attack(label: string, threat: Threat, search: Search): Attack {
  const run = (...[, x, y, options]: Parameters<Attack>) => {
    const count = x.shape[0];
    return {
      x: search(x, y, options),
      success: new Array<boolean>(count).fill(false),
      distance: new Float32Array(count).fill(Number.NaN),
      loss: new Float32Array(count).fill(Number.NaN),
      gradients: new Int32Array(count).fill(3),
      queries: new Int32Array(count),
      warnings: ['a trial only'],
      zeroGradient: Array.from(y.dataSync(), (label) => label > 0),
    };
  };
  return Object.assign(run, {
    label,
    threat,
    perturb: (...[, x, y, options]: Parameters<Attack>) => search(x, y, options),
  }) as Attack;
}

/** The best there is against a linear model. */
export const optimal = ({ worst }: LinearModel, threat: Threat): Attack =>
  attack('optimal', threat, (x, y) => {
    const width = x.size / x.shape[0];
    const [values, labels] = [x.dataSync(), y.dataSync()];
    const deltas = Array.from(labels, (label, at) =>
      worst(Array.from(values.subarray(at * width, (at + 1) * width)), label, threat),
    );
    return tidy(() => perturb(threat, x, projectDelta(threat, x, tensor(deltas.flat(), x.shape))));
  });

/** A random point of the threat, its own for each example. */
export const noise = (threat: Threat): Attack =>
  attack('noise', threat, (x, _, { key, indices }) =>
    tidy(() => perturb(threat, x, randomDelta(threat, x, exampleKeys(key, x.shape[0], indices)))),
  );

/** Moves every entry by the same amount, whatever the threat says. */
export const shift = (threat: Threat, by: number): Attack => attack('shift', threat, (x) => add(x, by));

/** Gives NaN. */
export const broken = (threat: Threat): Attack => attack('broken', threat, (x) => mul(x, Number.NaN));

/** Turns every input round: right for wrong and wrong for right under an odd model. */
export const flip = (threat: Threat): Attack => attack('flip', threat, (x) => sub(0, x));

/** Loses the shape of the inputs. */
export const misshapen = (threat: Threat): Attack => attack('misshapen', threat, (x) => sum(x, 1));
