import type { Overrides } from '@advml/runs';
import type { AblationsSetting } from './setting.ts';

/** A run of both phases that differs from the setting in one thing. */
export interface Ablation {
  /** What is different, such as `gamma = 0`. */
  readonly name: string;
  /** What it changes in the setting, for training and evaluation alike. */
  readonly change?: Overrides;
  /** Size of the training set of both phases, where data repeat. */
  readonly fixedExamples?: number;
  /** Whether the first phase is adversarial too: its weights are not those of clean training. */
  readonly fromScratch?: boolean;
  /** The attack of adversarial training: PGD of that many steps instead of one-step FGM. */
  readonly pgdSteps?: number;
  /** The radius of adversarial training, where it is not tau. */
  readonly radius?: number;
}

/** Ablations that ask one question. */
export interface AblationGroup {
  /** What is changed. */
  readonly name: string;
  /** What the paper says of it. */
  readonly paper: string;
  /** The variants. */
  readonly ablations: readonly Ablation[];
}

/**
 * Everything that is changed, one thing at a time, each beside what the paper says of it.
 *
 * Variants of one name are one variant.
 *
 * @param setting - A complete setting.
 * @returns The groups in the order of the table; the first is the setting itself.
 * @see Allen-Zhu, Li: Feature Purification: How Adversarial Training Performs Robust Deep Learning, 2020 (arXiv:2005.10190).
 */
export function ablationGroups(setting: AblationsSetting): readonly AblationGroup[] {
  const { tau, network, clean, ablations } = setting;
  const groups: readonly AblationGroup[] = [
    {
      name: 'the setting',
      paper: 'what every variant is compared with, trained for as many steps',
      ablations: [{ name: 'nothing changed' }],
    },
    {
      name: 'bias growth',
      paper: 'the threshold starts small, grows in clean training and is then fixed',
      ablations: biases(setting),
    },
    {
      name: 'smoothing noise',
      paper: 'training adds Gaussian noise to every pre-activation, which smooths the rectifier',
      ablations: ablations.noises.map((multiple) => {
        const noise = shortened(multiple * clean.biasFinal);
        return { name: `sigma_rho = ${noise}`, change: { network: { noise } } };
      }),
    },
    {
      name: 'weight decay',
      paper: 'clean training is regularized and still not robust',
      ablations: ablations.decays.map((decay) => ({
        name: `lambda = ${decay}`,
        change: { clean: { decay }, adversarial: { decay } },
      })),
    },
    {
      name: 'width',
      paper: 'the width is m = d^(1+c), more neurons than inputs',
      ablations: ablations.widths.map((multiple) => {
        const neurons = Math.max(2, Math.round(multiple * network.neurons));
        return { name: `m = ${neurons}`, change: { network: { neurons } } };
      }),
    },
    {
      name: 'training attack',
      paper: 'the one-step fast gradient method is enough to become robust against any attack of the same radius',
      ablations: ablations.pgdSteps.map((pgdSteps) => ({
        name: `PGD, ${pgdSteps} ${pgdSteps === 1 ? 'step' : 'steps'}`,
        pgdSteps,
      })),
    },
    {
      name: 'training radius',
      paper: 'the radius is the same in training and in evaluation',
      ablations: ablations.radii.map((multiple) => ({ name: `trained at ${multiple} tau`, radius: multiple * tau })),
    },
    {
      name: 'start',
      paper: 'adversarial training starts from the clean weights and purifies the features that are there already',
      ablations: [{ name: 'adversarial from w0 on', fromScratch: true }],
    },
    {
      name: 'data',
      paper: 'a clean-trained network is not robust although its data never repeat, so this is not overfitting',
      ablations: [{ name: `fixed data, ${ablations.fixedExamples} examples`, fixedExamples: ablations.fixedExamples }],
    },
    {
      name: 'margin',
      paper: 'examples with a label that is nearly tied are rare as d grows; the paper has no margin',
      ablations: ablations.margins.map((margin) => ({ name: `gamma = ${margin}`, change: { data: { margin } } })),
    },
  ];
  const first = (name: string) => groups.flatMap((group) => group.ablations).find((each) => each.name === name);
  return groups.map((group) => ({ ...group, ablations: group.ablations.filter((each) => each === first(each.name)) }));
}

/** No threshold at all, and one that is at its end from the start, also with initial weights in proportion to it. */
function biases({ network, clean }: AblationsSetting): readonly Ablation[] {
  const { biasStart, biasFinal } = clean;
  const none = { name: 'b = 0', change: { clean: { biasStart: 0, biasRatio: 0, biasFinal: 0 } } };
  if (biasStart === 0 || biasFinal === 0) return [none];
  const start = biasFinal / network.initialDeviation;
  const deviation = shortened(biasFinal / biasStart);
  return [
    none,
    { name: `b = ${biasFinal} from the start`, change: { clean: { biasStart: start } } },
    {
      name: `b = ${biasFinal} from the start, sigma_0 = ${deviation}`,
      change: { network: { initialDeviation: deviation }, clean: { biasStart: biasFinal / deviation } },
    },
  ];
}

/** A number with at most three digits, to be read and used alike. */
const shortened = (value: number): number => Number(value.toPrecision(3));
