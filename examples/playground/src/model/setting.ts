// What a visitor may say of a model: the range of its pixels, and what the attacker may do.
import type { Field } from '../train/setting.ts';

/** Ranges of pixels that models are trained on. */
export const ranges = {
  '0 to 1': { low: 0, high: 1 },
  '-1 to 1': { low: -1, high: 1 },
  '0 to 255': { low: 0, high: 255 },
} as const;
export type Range = keyof typeof ranges;

/** How far the attacker may go at most, as a share of the range, and how changes are measured. */
export const norms = {
  linf: { label: 'largest change of a number (linf)', largest: 0.16 },
  l2: { label: 'size of all changes together (l2)', largest: 3.2 },
} as const;
export type NormName = keyof typeof norms;

export interface ModelSetting {
  readonly range: Range;
  readonly norm: NormName;
}

/** One of the names of a record; its first if a text is none. */
function oneOf<Name extends string>(record: Readonly<Record<Name, unknown>>, text: string | null): Name {
  const names = Object.keys(record) as Name[];
  return names.find((name) => name === text) ?? names[0];
}

/** The setting that an address names. */
export const modelSettingOf = (address: URLSearchParams): ModelSetting => ({
  range: oneOf(ranges, address.get('range')),
  norm: oneOf(norms, address.get('norm')),
});

/** The size of the perturbation as a share of the range, on the grid of the attack. */
export const sizeField = ({ norm }: ModelSetting): Field => {
  const { largest } = norms[norm];
  return { label: 'ε', value: largest / 4, min: 0, max: largest, step: largest / 16 };
};

/** Which of the built-in digits. */
export const builtInField: Field = { label: 'digit', value: 0, min: 0, max: 1796, step: 1 };
