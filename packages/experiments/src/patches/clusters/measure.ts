import { crown } from '@advml/certify';
import {
  type Batch,
  ball,
  type Classifier,
  classifier,
  type LoopOptions,
  l2,
  outputMargins,
  type Params,
} from '@advml/core';
import { clopperPearson, type Proportion } from '@advml/metrics';
import type { Own } from '@advml/runs';
import { add, matMul, mul, reshape, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { believedUnder } from '../../shared/accuracies.ts';
import { pointAt } from '../../shared/curve.ts';
import { attackMembers, judgingAttack } from '../attacks.ts';
import type { PatchesWorld } from '../world.ts';
import type { ClustersMeasures, OnClusters } from './measures.ts';
import type { ClustersSetting } from './setting.ts';
import { clustersOf, robustByHand } from './world.ts';

/** Sizes of the curve, in units of sqrt(d / k). */
const CURVE = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5];

/** Share that is right after a perturbation against the label along a direction. */
function accuracyAfter(model: Classifier, { x, y }: Batch, direction: Float32Array, size: number): Proportion {
  const right = tidy(() => {
    const against = mul(reshape(y, [-1, 1]), -size); // [batch, 1]
    const moved = add(x, matMul(against, tensor2d(direction, [1, direction.length])));
    return outputMargins(model(moved), y).filter((margin) => margin > 0).length;
  });
  return clopperPearson(right, y.shape[0]);
}

/**
 * The trained network and the one made by hand, under the same perturbation; and whether that one withstands all of its size.
 *
 * @param world - The run.
 * @param params - The trained weights; not disposed.
 * @param own - Takes tensors into its care.
 * @param loop - Progress and abort.
 * @returns Plain numbers.
 */
export async function measureClusters(
  world: PatchesWorld<ClustersSetting>,
  params: Params,
  own: Own,
  { onProgress: _, ...loop }: LoopOptions,
): Promise<ClustersMeasures> {
  const { dimension, clusters, examples, attackSteps } = world.setting.clusters;
  const { data, network, byHand, size, root } = clustersOf(world);
  const fresh = own(data.batch(root.child('test'), examples));
  const on = (model: Classifier): OnClusters => {
    const after = (at: number) => accuracyAfter(model, fresh, data.direction, at);
    const unit = Math.sqrt(dimension / clusters);
    return {
      clean: after(0),
      universal: after(size),
      curve: CURVE.map((multiple) => pointAt(multiple * unit, after(multiple * unit))),
    };
  };
  const hand = classifier(byHand, own(robustByHand(data)));
  const threat = ball(l2, size);
  const effort = { steps: attackSteps, restarts: 1 };
  const options = { key: root.child('attack'), ...loop };
  const attacked = await believedUnder(hand, fresh, judgingAttack(threat, effort), attackMembers(effort), options);
  const certifier = crown({ threat });
  const { certified } = await certifier(hand, fresh.x, fresh.y, loop);
  return {
    size,
    distance: Math.sqrt(2 * dimension),
    trained: on(classifier(network, params)),
    byHand: {
      ...on(hand),
      ...attacked,
      certified: clopperPearson(certified.filter(Boolean).length, examples),
      certifier: certifier.label,
    },
  };
}
