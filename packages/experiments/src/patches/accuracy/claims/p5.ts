import type { ClaimRule } from '@advml/runs';
import type { MainSetting } from '../../main-setting.ts';
import type { AccuracyMeasures } from '../measures.ts';
import { underAttack } from '../under-attack.ts';

/** Adversarial training from the initialization gives robustness. */
export const p5: ClaimRule<AccuracyMeasures, MainSetting> = {
  id: 'P5',
  statement: 'Adversarial training from the initialization makes the network as robust.',
  quantity: 'robust accuracy after adversarial training from w0',
  bar: '> 0.95, low end of the interval',
  find: (measures) => ({ ...underAttack(measures, 'scratch'), holds: measures.scratch.robust.low > 0.95 }),
};
