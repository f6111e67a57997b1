import { fgm, noise } from '@advml/attacks';
import type { Batch, Battery, Classifier, Threat } from '@advml/core';
import { type AttackedOptions, evaluate, type MaskingSign, type MaskingWarning } from '@advml/metrics';
import type { Table } from '@advml/runs';

/** Examples on which signs of a masked gradient are looked for, at most: each attack gets all of them. */
export const LOOKED_AT = 64;

/** Whether attacks on a network can be believed. */
export interface Masking {
  /** Examples that were looked at. */
  readonly examples: number;
  /** Signs of a masked gradient that were looked for. */
  readonly checked: readonly MaskingSign[];
  /** Those that were seen, with their figures. */
  readonly seen: readonly MaskingWarning[];
}

/**
 * Looks for signs that a network hides its gradient: that weaker attacks do better than stronger ones, that the loss does not rise with
 * the number of steps, that attacks fail where they cannot.
 *
 * @param model - The network.
 * @param batch - Some examples; only read.
 * @param threat - What the attacker may do.
 * @param members - The attacks that judge the network; one step of FGM and noise are compared with them.
 * @param options - Key, and how to run.
 * @returns Plain data.
 * @see Athalye, Carlini, Wagner: Obfuscated Gradients Give a False Sense of Security, 2018 (arXiv:1802.00420).
 */
export async function lookForMasking(
  model: Classifier,
  batch: Batch,
  threat: Threat,
  members: Battery,
  options: AttackedOptions,
): Promise<Masking> {
  const weaker: Battery = [
    { kind: 'one-step', attack: (own) => fgm({ threat: own }) },
    { kind: 'noise', attack: (own) => noise({ threat: own }) },
  ];
  const { checked, masking } = await evaluate(model, batch, threat, [...members, ...weaker], options);
  return { examples: batch.x.shape[0], checked, seen: masking };
}

/** A network under attack, and what was seen there. */
export interface MaskingRow {
  /** What reports call the network. */
  readonly network: string;
  /** What the attacker may do, in words. */
  readonly threat: string;
  /** What was seen; runs of earlier versions have none. */
  readonly found?: Masking;
}

/**
 * The signs of a masked gradient, a row for each network and threat.
 *
 * @param name - Of the table, which is that of its file.
 * @param rows - Networks under attack.
 * @returns One table; none for a run of an earlier version.
 */
export function maskingTables(name: string, rows: readonly MaskingRow[]): readonly Table[] {
  const measured = rows.flatMap(({ network, threat, found }) => (found ? [{ network, threat, found }] : []));
  if (measured.length === 0) return [];
  const looked = new Set(measured.flatMap(({ found }) => found.checked));
  return [
    {
      name,
      title: 'Signs of a masked gradient',
      note: `Where a network hides its gradient, attacks fail and its robust accuracy says little. Looked for on ${measured[0].found.examples} examples, all of which every attack got: ${[...looked].join(', ')}.`,
      columns: ['network', 'threat', 'signs seen'],
      rows: measured.map(({ network, threat, found }) => [
        network,
        threat,
        found.seen.map(({ id, message }) => `${id}: ${message}`).join('; ') || 'none',
      ]),
    },
  ];
}
