// One example under attack, within every radius of a grid.
import { pgd } from '@advml/attacks';
import { certifiedRadius, jointBound } from '@advml/certify';
import { type Batch, ball, type Classifier, type Key, l2 } from '@advml/core';
import type { SparseCodingModel } from '@advml/data';
import { dispose, gather, sub, type Tensor1D, type Tensor2D, tidy, tile } from '@tensorflow/tfjs-core';

/** Radii between 0 and the largest. */
const RADII = 32;

/** What attacks and proofs say of one example. */
export interface Attacked {
  /** Which one. */
  readonly example: number;
  /** Its class, -1 or +1. */
  readonly label: number;
  /** Radii from 0 to 2 tau, in input units. */
  readonly radii: readonly number[];
  /** The least margin `y f` that the attack found within each radius, in output units: negative where the example is wrong. */
  readonly margins: readonly number[];
  /** Within this radius no attack succeeds: proved, in input units. */
  readonly certified: number;
  /** The example in the features: the coordinate of each, positive where it votes for the example's label. */
  readonly features: Float32Array;
  /** What the attack adds to each at every radius, [radii, features], in the same units and with the same sign. */
  readonly changes: Float32Array;
}

/** How far to go, in which data, and where random starts come from. */
interface Span {
  readonly tau: number;
  readonly data: SparseCodingModel;
  readonly key: Key;
}

/** Attacks an example of a batch. */
export async function attackOne(
  model: Classifier,
  { x, y }: Batch,
  example: number,
  { tau, data, key }: Span,
): Promise<Attacked> {
  const threat = ball(l2, 2 * tau);
  const eps = Array.from({ length: RADII + 1 }, (_, at) => (threat.eps * at) / RADII);
  const [row, own] = [gather(x, [example]), gather(y, [example]) as Tensor1D];
  const [rows, labels] = [tile(row, [eps.length, 1]), tile(own, [eps.length])]; // one copy a radius
  const found = pgd({ threat, steps: 20, start: 'none', earlyStop: false })(model, rows, labels, { key, eps });
  const changes = tidy(() => sub(found.x, rows)) as Tensor2D;
  const [certified] = await certifiedRadius(model, row, own, {
    threat,
    certifier: (within) => jointBound({ threat: within, steps: 30, parts: 1 }),
    rounds: 8,
  });
  const label = own.dataSync()[0];
  const result: Attacked = {
    example,
    label,
    radii: eps,
    margins: Array.from(found.loss, (loss) => -loss),
    certified,
    features: votes(data, row as Tensor2D, label),
    changes: votes(data, changes, label),
  };
  dispose([row, own, rows, labels, found.x, changes]);
  return result;
}

/** Inputs in the features, each coordinate positive where it votes for the label. */
function votes({ toCoefficients, wStar }: SparseCodingModel, inputs: Tensor2D, label: number): Float32Array {
  const coefficients = toCoefficients(inputs); // [rows, features]
  const values = coefficients.dataSync().slice() as Float32Array;
  coefficients.dispose();
  return values.map((value, at) => value * label * Math.sign(wStar[at % wStar.length]));
}
