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

/** Heading of the column that stands beside robust accuracies. */
export const SIGNS = 'signs of a masked gradient';

/** Stands where nothing was looked for, or the network gets no example right. */
const NOT_LOOKED = 'not looked for';

/**
 * The signs that were seen of a network, for a cell beside its robust accuracy.
 *
 * @param found - What was seen, once for each training of the cell; runs of earlier versions have none.
 * @returns Names of the signs, or that there are none.
 */
export function signsCell(...found: readonly (Masking | undefined)[]): string {
  const looked = found.filter(isLookedAt);
  if (looked.length === 0) return NOT_LOOKED;
  return [...new Set(looked.flatMap(namesOf))].join(', ') || 'none';
}

/**
 * The signs that were seen, for the detail of a claim.
 *
 * @param networks - What was seen of each network that the claim looks at.
 * @returns One entry of the detail: `none`, or the signs of each network that shows some; no entry if nothing was looked for.
 */
export function signsDetail(networks: Readonly<Record<string, Masking | undefined>>): {
  readonly maskingSigns?: string | Readonly<Record<string, string>>;
} {
  const looked = Object.entries(networks).flatMap(([name, found]) => (isLookedAt(found) ? [{ name, found }] : []));
  if (looked.length === 0) return {};
  const shown = looked.filter(({ found }) => found.seen.length > 0);
  if (shown.length === 0) return { maskingSigns: 'none' };
  return { maskingSigns: Object.fromEntries(shown.map(({ name, found }) => [name, namesOf(found).join(', ')])) };
}

/**
 * What a table's note says of the column with the signs.
 *
 * @param found - What was seen of each network.
 * @returns A sentence with a space before it; nothing for a run of an earlier version.
 */
export function signsNote(found: readonly (Masking | undefined)[]): string {
  const looked = found.filter(isLookedAt);
  if (looked.length === 0) return '';
  return ` Signs of a masked gradient were looked for on ${looked[0].examples} examples of each network: ${checkedBy(looked)}.`;
}

/** Whether there was an example to look at: one that the network gets right. */
const isLookedAt = (found: Masking | undefined): found is Masking => found !== undefined && found.checked.length > 0;

const namesOf = ({ seen }: Masking): readonly string[] => seen.map(({ id }) => id);

const checkedBy = (looked: readonly Masking[]): string =>
  [...new Set(looked.flatMap(({ checked }) => checked))].join(', ');

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
  const looked = checkedBy(measured.map(({ found }) => found)) || 'nothing, for want of an example that is right';
  return [
    {
      name,
      title: 'Signs of a masked gradient',
      note: `Where a network hides its gradient, attacks fail and its robust accuracy says little. Looked for on ${measured[0].found.examples} examples, all of which every attack got: ${looked}.`,
      columns: ['network', 'threat', 'signs seen'],
      rows: measured.map(({ network, threat, found }) => [
        network,
        threat,
        isLookedAt(found) ? found.seen.map(({ id, message }) => `${id}: ${message}`).join('; ') || 'none' : NOT_LOOKED,
      ]),
    },
  ];
}
