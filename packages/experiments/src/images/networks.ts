import type { MainSetting } from './main-setting.ts';

/**
 * A network of a run, as its weights are called: `init`, `clean`, `robust-linf` and so on; those of each control; what short
 * adversarial trainings end in, of updates of some share of the full rank, of all weights or of the last layer alone; and the weights
 * at some share of the way to those of `robust-linf` and so on.
 */
export type NetworkName =
  | ('init' | 'clean' | `robust-${Norm}`)
  | `${Control}-${'init' | 'clean' | 'robust'}`
  | (`rank-${number}` | 'short' | `frozen-${Norm}`)
  | `path-${Norm}-${number}`;

/** A control: the same network from another initialization; those after the first sit on the panel of claim C16. */
export type Control = 'control' | `control-${number}`;

/** A norm of a setting. */
export type Norm = MainSetting['threats'][number]['norm'];

/** The network that was trained adversarially in a norm, from the clean weights. */
export const robustIn = (norm: Norm): NetworkName => `robust-${norm}`;

/**
 * The network that claims are about: trained adversarially in the first norm.
 *
 * @param setting - A complete setting.
 * @returns Its name.
 */
export const mainRobust = ({ threats }: MainSetting): NetworkName => robustIn(threats[0].norm);

/**
 * The networks that the standard battery attacks.
 *
 * @param setting - A complete setting.
 * @returns Their names: after clean training, and after adversarial training in each norm.
 */
export const attackedNetworks = ({ threats }: MainSetting): readonly NetworkName[] => [
  'clean',
  ...threats.map(({ norm }) => robustIn(norm)),
];

/** The network at a share of adversarial training in a norm. */
export const waypoint = (norm: Norm, share: number): NetworkName => `path-${norm}-${share}`;

/** The stage that makes a network. */
export const madeBy = (network: NetworkName): string =>
  network.endsWith('init') ? `${network} weights` : `${network.replace(/^path-(\w+)-.*$/, 'robust-$1')} training`;

/**
 * What tables and figures call a network.
 *
 * @param network - Its name.
 * @returns `w0`, `w`, `w' (linf)` and so on.
 */
export function symbolOf(network: NetworkName): string {
  const symbols: Partial<Record<NetworkName, string>> = { init: 'w0', clean: 'w', 'control-robust': "control's w'" };
  return symbols[network] ?? network.replace(/^robust-(.*)$/, "w' ($1)");
}
