import type { MainSetting } from '../main-setting.ts';

/** How robust a published small network is. */
export interface Published {
  /** The image set. */
  readonly set: MainSetting['data']['set'];
  /** The norm of the attack. */
  readonly norm: MainSetting['threats'][number]['norm'];
  /** Its radius, in pixel values from 0 to 1. */
  readonly eps: number;
  /** Robust accuracy. */
  readonly accuracy: number;
  /** Where it stands. */
  readonly source: string;
}

/**
 * What small networks reach by adversarial training, under attacks like those of the standard battery.
 *
 * On Fashion-MNIST, attacks break at least 26.3% of the first 1,000 test images in the union of three balls, of which that in linf is
 * one; of linf alone at least as many withstand. The network of MNIST is the one that the preset `mnist` of `images-cnn` trains.
 */
const FIGURES: readonly Published[] = [
  {
    set: 'fashion-mnist',
    norm: 'linf',
    eps: 0.1,
    accuracy: 0.737,
    source:
      'Croce, Hein: Provable Robustness against All Adversarial lp-Perturbations for p >= 1, 2020 (arXiv:1905.11213), table 2, row "AT-linf"',
  },
  {
    set: 'mnist',
    norm: 'linf',
    eps: 0.3,
    accuracy: 0.8843,
    source:
      'Croce, Hein: Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks, 2020 (arXiv:2003.01690), the network of Madry et al., 2018, under AutoAttack',
  },
];

/**
 * What is published for a run's images and its first threat.
 *
 * @param setting - A complete setting.
 * @returns The figure; none where we know of no small network that was judged so.
 */
export function publishedFor({
  data: { set },
  threats: [{ norm, eps }],
}: Pick<MainSetting, 'data' | 'threats'>): Published | undefined {
  return FIGURES.find((figure) => figure.set === set && figure.norm === norm && figure.eps === eps);
}
