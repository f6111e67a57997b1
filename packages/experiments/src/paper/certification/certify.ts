import { jointBound, spectralNorm } from '@advml/certify';
import { type Batch, ball, classifier, type LoopOptions, l2, outputMargins, type Params } from '@advml/core';
import { clopperPearson, robustAccuracy } from '@advml/metrics';
import { owning } from '@advml/runs';
import { gather, type Tensor, type Tensor1D, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Curve } from '../../shared/curve.ts';
import { paperBattery } from '../battery.ts';
import type { PaperWorld } from '../world.ts';
import type { Certified, CertifiedPoint } from './measures.ts';

/** The examples at some places of a batch, owned by the caller. */
function rowsOf({ x, y }: Batch, places: readonly number[]): Batch {
  const rows = (tensor: Tensor) => tidy(() => gather(tensor, [...places]));
  return { x: rows(x), y: rows(y) as Tensor1D };
}

/** What float32 may change of a margin, as a share of it. */
const ROUNDING = 1e-5;

/**
 * Whether a bound proves that the label wins in float32 too; what it proves by less is left to the attack.
 *
 * @param bound - Lower bound of the margin, in output units.
 * @param clean - The margin without an attack.
 */
export const isProved = (bound: number, clean: number): boolean => bound > ROUNDING * Math.abs(clean);

/**
 * Certifies fresh examples, and attacks what is not proved with the very battery that judges the network. What is proved need not be
 * attacked once more, as `evaluate` would: the battery has done so, and `requireAgreement` compares.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param batch - The first examples of the set; only read.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export function certify(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  { x, y }: Batch,
  loop: LoopOptions,
): Promise<Certified> {
  const { steps, restarts, batch: batchSize } = setting.evaluation;
  return owning(async (own) => {
    const model = classifier(network, params);
    const threat = ball(l2, setting.tau);
    const certifier = jointBound({ threat });
    const battery = paperBattery({ threat, steps, restarts, network, params, data });
    const { bound, worst = new Float32Array() } = await certifier(model, x, y, loop);
    const clean = outputMargins(own(model(x)), y);
    const found = outputMargins(own(model(own(tensor2d(worst, x.shape as [number, number])))), y);
    const open = [...clean.keys()].filter((at) => !isProved(bound[at], clean[at]));
    const options = { key: root.child('attack', 'fresh'), indices: open, batchSize, signal: loop.signal };
    const robust =
      open.length > 0 ? (await robustAccuracy(model, own(rowsOf({ x, y }, open)), battery, options)).robust : [];
    const left = open.filter((_, place) => robust[place]);
    const undecided = left.filter((at) => found[at] > 0).length;
    const share = (successes: number) => clopperPearson(successes, clean.length);
    return {
      certifier: certifier.label,
      attack: battery.label,
      certified: share(clean.length - open.length),
      undecided: share(undecided),
      notBroken: share(clean.length - open.length + undecided),
      brokenByAttack: open.length - left.length,
      spectralNorm: await spectralNorm(params.weight as Tensor2D),
    };
  });
}

/**
 * Certified accuracy against the radius. What an attack broke cannot be proved, and giving a proof up takes longest; so it is not tried, nor
 * is at a larger radius what is not proved at a smaller one.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param batch - Fresh examples; only read.
 * @param attacked - What an attack left of the same examples, and at which radii; at 0 all that is right is certified.
 * @param loop - Progress in examples at a radius, and abort.
 * @returns One point a radius.
 */
export async function certifiedCurve(
  { network }: PaperWorld,
  params: Params,
  { x, y }: Batch,
  { points, brokenAt }: Curve,
  { signal, onProgress }: LoopOptions,
): Promise<readonly CertifiedPoint[]> {
  const model = classifier(network, params);
  const count = brokenAt.length;
  const curve: CertifiedPoint[] = [];
  let open = [...brokenAt.keys()];
  for (const { eps } of points) {
    open = open.filter((at) => (brokenAt[at] ?? Infinity) > eps);
    if (eps > 0 && open.length > 0) {
      const certified = await owning(async (own) => {
        const rest = own(rowsOf({ x, y }, open));
        return (await jointBound({ threat: ball(l2, eps) })(model, rest.x, rest.y, { signal })).certified;
      });
      open = open.filter((_, at) => certified[at]);
    }
    curve.push({ eps, certified: clopperPearson(open.length, count) });
    onProgress?.(curve.length * count, points.length * count);
  }
  return curve;
}
