import type { Circumstances } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';

/**
 * tau and gamma, which stand beside every number.
 *
 * @param setting - A complete setting.
 * @returns Threat and margin.
 */
export function circumstances({ tau, data }: MainSetting): Circumstances {
  return { threat: `tau = ${tau} (l2)`, examples: `gamma = ${data.margin}`, detail: { gamma: data.margin, tau } };
}
