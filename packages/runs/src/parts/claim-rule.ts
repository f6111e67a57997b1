import { InputError } from '@advml/core';
import { requireBar } from '../bar.ts';
import type { Claim } from '../claim.ts';
import { requireRecord, requireText } from '../require.ts';

/** What a claim makes of the measurements: its number, whether the bar is met, and what belongs to it. */
export interface Finding extends Pick<Claim, 'value' | 'holds' | 'attack' | 'certifier'> {
  /** Its 95% interval over examples. Default: none. */
  readonly interval?: Claim['interval'];
  /** Other numbers that belong to it. Default: none. */
  readonly detail?: Claim['detail'];
  /** What the attacker may do, such as `tau = 0.0034 (linf)`. Default: that of the setting. */
  readonly threat?: string;
  /** What the number must reach here, where that depends on the setting. Default: the bar of the rule. */
  readonly bar?: string;
}

/** A claim as a rule over a run's measurements. */
export interface ClaimRule<Measures = unknown, Setting = unknown> {
  /** Its number, such as `C3`. */
  readonly id: string;
  /** What is claimed, in a sentence. */
  readonly statement: string;
  /** What the number is, such as `robust accuracy of w'`. */
  readonly quantity: string;
  /**
   * What it must reach, such as `> 0.99`, or `< 0.02, with w' > 0.99`. Over seeds the interval of the mean must lie beyond the
   * comparison that the bar begins with, if it begins with one.
   */
  readonly bar: string;
  /**
   * The number of one run.
   *
   * @param measures - What the run measured.
   * @param setting - Its setting.
   * @returns The finding.
   */
  find(measures: Measures, setting: Setting): Finding;
}

/** What stands beside every number of a run. */
export interface Circumstances {
  /** What the attacker may do, such as `tau = 0.115 (l2)`; empty where there is none. */
  readonly threat: string;
  /** What the examples are, such as `gamma = 0.5`; may be empty. */
  readonly examples: string;
  /** The same as numbers and names, for the detail of each claim. */
  readonly detail: Readonly<Record<string, number | string>>;
}

/**
 * The claim as a run reports it; a number that an attack or a proof gave is named together with threat and examples.
 *
 * @param rule - The rule.
 * @param measures - What the run measured.
 * @param setting - Its setting.
 * @param circumstances - What stands beside every number.
 * @returns The claim.
 */
export function judgeBy<Measures, Setting>(
  rule: ClaimRule<Measures, Setting>,
  measures: Measures,
  setting: Setting,
  circumstances: Circumstances,
): Claim {
  const found = rule.find(measures, setting);
  const { detail, value, interval = null, threat = circumstances.threat, bar = rule.bar, ...numbers } = found;
  const { id, statement } = rule;
  requireBar(id, bar);
  const beside = [threat, circumstances.examples].filter((words) => words !== '').join(', ');
  return {
    id,
    statement,
    quantity: (numbers.attack || numbers.certifier) && beside ? `${rule.quantity} at ${beside}` : rule.quantity,
    bar,
    value,
    interval,
    ...numbers,
    detail: { ...circumstances.detail, ...detail },
  };
}

/**
 * Refuses what can stand beside no number.
 *
 * @param circumstances - What an experiment returned.
 * @throws InputError that names the part that is wrong.
 */
export function requireCircumstances(circumstances: Circumstances): void {
  requireRecord('it must return a record { threat, examples, detail }, at once', circumstances);
  const { threat, examples, detail = {} } = circumstances;
  for (const [part, text] of Object.entries({ threat, examples })) requireText(part, text);
  requireRecord('detail must be a record', detail);
}

/**
 * Refuses what is no finding.
 *
 * @param finding - What the rule of a claim returned.
 * @throws InputError that names the part that is wrong.
 */
export function requireFinding(finding: unknown): asserts finding is Finding {
  requireRecord('find must return a record { value, holds }, at once', finding);
  const { value, holds, interval = null, detail = {}, attack, certifier, threat, bar } = finding as Finding;
  if (!Number.isFinite(value)) throw new InputError(`value must be a finite number, got ${String(value)}`);
  if (typeof holds !== 'boolean') throw new InputError(`holds must be true or false, got ${String(holds)}`);
  for (const [part, text] of Object.entries({ attack, certifier, threat, bar }))
    if (text !== undefined) requireText(part, text);
  requireRecord('detail must be a record', detail);
  if (interval === null) return;
  if (!(Array.isArray(interval) && interval.length === 2 && interval.every(Number.isFinite)))
    throw new InputError(`interval must be two finite numbers, or null, got [${String(interval)}]`);
  if (!(interval[0] <= value && value <= interval[1]))
    throw new InputError(`interval must hold the value ${value}, got [${String(interval)}]`);
}
