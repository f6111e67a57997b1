import { pgd } from '@advml/attacks';
import { classifier, type Params } from '@advml/core';
import { gradientMaps } from '@advml/purification';
import type { Own } from '@advml/runs';
import { argMax, sub, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { threatOf } from '../world.ts';
import type { AttackedPictures } from './measures.ts';
import { picturesOf } from './numbers.ts';
import type { PicturesWorld } from './setting.ts';

/**
 * Test images under attack by PGD at the first threat, and how the loss depends on each of their pixels.
 *
 * @param world - The run.
 * @param networks - Parameters by the networks' names; only read.
 * @param own - Takes tensors into the care of the stage.
 * @returns Plain numbers.
 */
export function attackedPictures(
  { network: net, test, setting, root }: PicturesWorld,
  networks: Readonly<Record<string, Params>>,
  own: Own,
): AttackedPictures {
  const { x, y } = own(test.take(Math.min(setting.pictures.examples, test.count)));
  const attack = pgd({ threat: threatOf(setting.threats[0]), steps: setting.evaluation.probeSteps });
  return {
    attack: attack.label,
    images: picturesOf(x),
    labels: Array.from(y.dataSync()),
    networks: Object.entries(networks).map(([network, params]) => {
      const model = classifier(net, params);
      const { attacked } = own({ attacked: attack.perturb(model, x, y, { key: root.child('pictures', 'attack') }) });
      const { taken, perturbations, gradients } = own({
        taken: tidy(() => argMax(model(attacked) as Tensor2D, 1)), // [examples]
        perturbations: tidy(() => sub(attacked, x)),
        gradients: gradientMaps(model, x, y),
      });
      return {
        network,
        attacked: picturesOf(attacked),
        taken: Array.from(taken.dataSync()),
        perturbations: picturesOf(perturbations),
        gradients: picturesOf(gradients),
      };
    }),
  };
}
