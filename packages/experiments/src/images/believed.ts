import { classifier, type Key, type LoopOptions, type Params } from '@advml/core';
import { owning } from '@advml/runs';
import { type Accuracies, believedUnder } from '../shared/accuracies.ts';
import { probeAttack, probeMembers } from './attacks.ts';
import type { MainSetting } from './main-setting.ts';
import { type ImagesWorld, threatOf } from './world.ts';

/** What the probe attacks, and how. */
export interface Probing extends LoopOptions {
  /** Norm and radius. Default: the first threat. */
  readonly described?: MainSetting['threats'][number];
  /** Test images, the first of the set. */
  readonly examples: number;
  /** Source of its randomness. */
  readonly key: Key;
}

/**
 * Attacks a network by the probe, and looks for signs that it hides its gradient.
 *
 * @param world - The run.
 * @param params - The network's parameters; not disposed.
 * @param probing - See {@link Probing}.
 * @returns Plain numbers.
 */
export function believedByProbe(
  { network, test, setting }: ImagesWorld,
  params: Params,
  { described = setting.threats[0], examples, ...options }: Probing,
): Promise<Required<Accuracies>> {
  return owning((own) =>
    believedUnder(
      classifier(network, params),
      own(test.take(examples)),
      probeAttack(threatOf(described), setting),
      probeMembers(setting),
      { batchSize: setting.evaluation.batch, ...options },
    ),
  );
}
