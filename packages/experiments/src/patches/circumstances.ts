import type { Circumstances } from '@advml/runs';
import type { MainSetting } from './main-setting.ts';

/**
 * The threat, which stands beside every number.
 *
 * @param setting - A complete setting.
 * @returns Threat and examples.
 */
export function circumstances({ eps, data }: MainSetting): Circumstances {
  return { threat: `eps = ${eps} (l2)`, examples: '', detail: { eps, classes: data.classes, patches: data.patches } };
}
