import { pgd } from '@advml/attacks';
import { type Batch, ball, classifier, l2, type Params } from '@advml/core';
import { alignment } from '@advml/purification';
import { slice, sub, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { PaperWorld } from '../world.ts';
import type { Perturbations } from './measures.ts';

/**
 * What PGD from the input finds, compared with the dense mixture.
 *
 * @param world - The run.
 * @param params - The network's parameters, for inputs x.
 * @param batch - Fresh examples, as many as the setting has for the curves.
 * @returns Plain numbers.
 */
export function measurePerturbations(
  { setting, network, data, root }: PaperWorld,
  params: Params,
  { x, y }: Batch,
): Perturbations {
  const { steps } = setting.evaluation;
  const attack = pgd({ threat: ball(l2, setting.tau), steps, start: 'none', earlyStop: false });
  const worst = attack.perturb(classifier(network, params), x, y, { key: root.child('attack', 'perturbations') });
  const delta = tidy(() => sub(worst, x));
  const { cosine, summary } = alignment(delta as Tensor2D, y, data.mixture);
  const sign = -y.dataSync()[0];
  const scale = (sign * Math.sqrt(data.dimension)) / setting.tau;
  const first = tidy(() => data.toCoefficients(slice(delta as Tensor2D, [0, 0], [1, -1])).dataSync());
  const example = Array.from(first, (value, j) => value * scale * data.wStar[j]);
  for (const tensor of [worst, delta]) tensor.dispose();
  return {
    attack: attack.label,
    meanCosine: summary.count > 0 ? summary.mean : 0,
    cosines: Array.from(cosine).filter(Number.isFinite),
    example,
  };
}
