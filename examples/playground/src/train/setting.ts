// What a visitor may set, with the range of each number.

/** A training run: with the same numbers, everybody sees the same figures. */
export interface Setting {
  /** Decides data, start and every example. */
  readonly seed: number;
  /** d, the number of inputs and of features. */
  readonly dimension: number;
  /** m, the number of neurons. */
  readonly neurons: number;
  /** tau, the radius of the l2 attack in training and in the accuracies, in input units. */
  readonly tau: number;
  /** Examples a step. */
  readonly batch: number;
}

/** A number that the page asks for. */
export interface Field {
  /** Its name on the page. */
  readonly label: string;
  /** What it has at first. */
  readonly value: number;
  /** The least it may be. */
  readonly min: number;
  /** The most. */
  readonly max: number;
  /** The distance of two values. */
  readonly step: number;
}

/** In this setting, both phases take seconds, and the mixture is plain to see. */
export const fields: Readonly<Record<keyof Setting, Field>> = {
  seed: { label: 'seed', value: 0, min: 0, max: 9999, step: 1 },
  dimension: { label: 'features (inputs) d', value: 96, min: 32, max: 192, step: 16 },
  neurons: { label: 'neurons m', value: 144, min: 32, max: 384, step: 16 },
  tau: { label: 'radius τ of the attack', value: 0.24, min: 0.04, max: 0.5, step: 0.02 },
  batch: { label: 'examples a step', value: 128, min: 32, max: 256, step: 32 },
};

/** Examples that the accuracies are taken of, and that a visitor may attack one of. */
export const EXAMPLES = 50;

/** Which example is under attack. */
export const exampleField: Field = { label: 'example', value: 0, min: 0, max: EXAMPLES - 1, step: 1 };

export const names = Object.keys(fields) as (keyof Setting)[];

/** The nearest value that a field allows; its first one for what is no number. */
export function allowed({ value, min, max, step }: Field, text: string | null): number {
  const number = Number(text);
  if (text === null || text === '' || !Number.isFinite(number)) return value;
  const steps = Math.round((number - min) / step);
  return Number(Math.min(max, Math.max(min, min + steps * step)).toFixed(6));
}

/** The setting that an address names. */
export function settingOf(address: URLSearchParams): Setting {
  const entries = names.map((name) => [name, allowed(fields[name], address.get(name))]);
  return Object.fromEntries(entries) as Record<keyof Setting, number>;
}

/** What an address says of a setting: only what is not as at first. */
export function addressOf(setting: Setting): Readonly<Record<string, string | undefined>> {
  const text = (name: keyof Setting) => (setting[name] === fields[name].value ? undefined : String(setting[name]));
  return Object.fromEntries(names.map((name) => [name, text(name)]));
}
