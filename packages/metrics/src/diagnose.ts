import type { Batch, Battery, Threat } from '@advml/core';
import { attackOn } from '@advml/core/internal';
import type { Outcome } from './attack-slice.ts';
import { certainRadii } from './certain-radii.ts';
import type { Job, JobRunner } from './evaluation-runner.ts';
import { enterFound, type Ledger } from './ledger.ts';
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

/**
 * Two checks on some of the examples: radii at which success is sure, and more and more steps. What they break within the curve's radii
 * is broken.
 */
export async function diagnose(
  { run }: JobRunner,
  batch: Batch,
  threat: Threat,
  battery: Battery,
  { key, eps = [] }: AttackedOptions & { readonly eps?: readonly number[] },
  ledger: Ledger,
  positions: readonly number[],
): Promise<MaskingFindings> {
  const found = { checked: [] as MaskingSign[], warnings: [] as MaskingWarning[] };
  const clean = ledger.margins.get(0) as Float64Array;
  const correct = [...clean.keys()].filter((at) => clean[at] > 0);
  const member = battery.findIndex(({ kind }) => kind === 'white-box');
  if (member < 0 || positions.length === 0) return found;
  const { attack, withSteps } = battery[member];
  const most = Math.max(threat.eps, ...eps);
  const entered = async (job: Job): Promise<readonly Outcome[]> => {
    const outcomes = await run(job);
    for (const [at, position] of job.positions.entries()) {
      const { margin, distance, gradients, queries } = outcomes[at];
      if (distance <= threat.eps) ledger.loss[position] = Math.max(ledger.loss[position], -margin);
      if (distance > most) continue;
      const by = { attack: job.attack.label, attackGradients: gradients, attackQueries: queries };
      enterFound(ledger, job.attack.threat.eps, position, outcomes[at], by);
    }
    return outcomes;
  };

  const radii = threat.mask ? [] : certainRadii(threat.norm, batch, correct, positions);
  const near = [...radii.keys()].filter((at) => radii[at] < Infinity);
  if (near.length > 0) {
    const own = near.map((at) => radii[at]);
    const large = attackOn('evaluate', { ...threat, eps: Math.max(...own) }, attack);
    const at = near.map((place) => positions[place]);
    const outcomes = await entered({ attack: large, key: key.child('large', member), positions: at, radii: own });
    const warning = largeEpsSurvivors(outcomes, own);
    found.checked.push('large-eps-survivors');
    if (warning) found.warnings.push(warning);
  }
  if (withSteps) {
    const byPatience: (readonly Outcome[])[] = [];
    for (const steps of PATIENCE) {
      const patient = attackOn('evaluate', threat, (own) => withSteps(own, steps));
      const name = `${steps} steps`;
      byPatience.push(await entered({ attack: patient, key: key.child('patience', member), positions, name }));
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
