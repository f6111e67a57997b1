import type { Batch, Battery, Threat } from '@advml/core';
import { attackOn } from '@advml/core/internal';
import type { Outcome } from './attack-slice.ts';
import { certainRadii } from './certain-radii.ts';
import type { JobRunner } from './evaluation-runner.ts';
import {
  largeEpsSurvivors,
  lossNotRising,
  type MaskingFindings,
  type MaskingSign,
  type MaskingWarning,
} from './masking.ts';
import type { AttackedOptions } from './options.ts';

/** Numbers of steps whose losses are compared. */
export const PATIENCE = [2, 10, 50];

/** Two checks on some of the examples: radii at which success is sure, and more and more steps. */
export async function diagnose(
  { run }: JobRunner,
  batch: Batch,
  threat: Threat,
  battery: Battery,
  { key }: AttackedOptions,
  clean: Float32Array,
  positions: readonly number[],
): Promise<MaskingFindings> {
  const found = { checked: [] as MaskingSign[], warnings: [] as MaskingWarning[] };
  const correct = [...clean.keys()].filter((at) => clean[at] > 0);
  const member = battery.findIndex(({ kind }) => kind === 'white-box');
  if (member < 0 || positions.length === 0) return found;
  const { attack, withSteps } = battery[member];

  const radii = threat.mask ? [] : certainRadii(threat.norm, batch, correct, positions);
  const near = [...radii.keys()].filter((at) => radii[at] < Infinity);
  if (near.length > 0) {
    const own = near.map((at) => radii[at]);
    const large = attackOn('evaluate', { ...threat, eps: Math.max(...own) }, attack);
    const at = near.map((place) => positions[place]);
    const outcomes = await run({ attack: large, key: key.child('large', member), positions: at, radii: own });
    const warning = largeEpsSurvivors(outcomes, own);
    found.checked.push('large-eps-survivors');
    if (warning) found.warnings.push(warning);
  }
  if (withSteps) {
    const byPatience: (readonly Outcome[])[] = [];
    for (const steps of PATIENCE) {
      const patient = attackOn('evaluate', threat, (own) => withSteps(own, steps));
      byPatience.push(await run({ attack: patient, key: key.child('patience', member), positions }));
    }
    const warning = lossNotRising(
      positions.map((position) => clean[position]),
      byPatience,
    );
    found.checked.push('loss-not-rising');
    if (warning) found.warnings.push(warning);
  }
  return found;
}
