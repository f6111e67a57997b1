import type { Cell, Table } from '@advml/runs';
import { maskingTables } from '../../shared/masking.ts';
import type { MainSetting } from '../main-setting.ts';
import type { PaperMeasures } from './measures.ts';

/** Where a quantity is not defined for a network. */
const NONE = '';

/**
 * The numbers behind claims C1 to C8, network by network.
 *
 * @param measures - What a run measured.
 * @param setting - Its setting.
 * @returns A table, and the signs of a masked gradient.
 */
export function purificationTables(measures: PaperMeasures, { tau, data }: MainSetting): readonly Table[] {
  const { clean, robust, certifiedRobust, masking, perturbations, features } = measures;
  const { withInit, decomposition, purified, mass, removed, sameCount, lottery } = features;
  const smaller = [clean, robust].flatMap((of) => [of.robustOfAnyMargin.trials, of.robustOnTraining.trials]);
  const others = [...new Set(smaller)];
  const ofMass = (what: keyof typeof mass.init): Cell[] => [mass.init[what], mass.clean[what], mass.robust[what]];
  const rows: Cell[][] = [
    ['clean accuracy', NONE, clean.clean, robust.clean],
    ['robust accuracy', NONE, clean.robust, robust.robust],
    ...(certifiedRobust ? [['certified accuracy (a lower bound)', NONE, NONE, certifiedRobust.certified]] : []),
    ['robust accuracy with gamma = 0', NONE, clean.robustOfAnyMargin, robust.robustOfAnyMargin],
    ['robust accuracy on examples of the last training step', NONE, clean.robustOnTraining, robust.robustOnTraining],
    ['accuracy under the dense mixture alone', NONE, clean.mixture, robust.mixture],
    ["mean cosine of PGD's perturbation and the mixture", NONE, ...both(perturbations, ({ meanCosine }) => meanCosine)],
    ['mean |cos| with w0', NONE, ...both(withInit, ({ mean }) => mean)],
    ['largest |cos| with w0', NONE, ...both(withInit, ({ max }) => max)],
    ['mean mass on the dense mixture', ...ofMass('mixture')],
    ['mean mass on the features a neuron carries', ...ofMass('top')],
    ['mean mass on the rest', ...ofMass('rest')],
    ['median number of features a neuron carries', ...ofMass('features')],
    ['mean mass on as many features as it carries in w', sameCount.top.init, sameCount.top.clean, sameCount.top.robust],
    ['share of features whose luckiest neuron carries them', NONE, lottery.winners, NONE],
    ["share of neurons with cos(w, w') > 0.707", NONE, NONE, purified],
    ["median cos(w, w')", NONE, NONE, decomposition.cosine.median],
    ["median beta of w = beta w' + v", NONE, NONE, decomposition.beta.median],
    ["median |v| / |beta w'|", NONE, NONE, decomposition.ratio.median],
    ['mean mass of v on the dense mixture', NONE, NONE, { value: removed.mean, ...removed }],
  ];
  return [
    {
      name: 'networks',
      title: 'The three networks in numbers',
      note: `tau = ${tau} (l2), gamma = ${data.margin} if not said otherwise; ${robust.robust.trials} attacked examples (${others.join(' or ')} with gamma = 0 and from training); attack: ${robust.attack}.`,
      columns: ['quantity', 'w0', 'w', "w'"],
      rows,
    },
    ...maskingTables('masking', [
      { network: 'w', threat: `tau = ${tau} (l2)`, found: masking?.clean },
      { network: "w'", threat: `tau = ${tau} (l2)`, found: masking?.robust },
    ]),
  ];
}

const both = <T>({ clean, robust }: Readonly<Record<'clean' | 'robust', T>>, number: (of: T) => number): Cell[] => [
  number(clean),
  number(robust),
];
