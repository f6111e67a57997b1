import type { Experiment } from '../experiment.ts';
import { type Overrides, parseSetting, parseValue } from '../settings/settings.ts';
import type { RunRecord } from '../store/run-record.ts';

const isRecord = (value: unknown): value is Overrides =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The dotted keys at which a setting differs from another, with its values there. */
function changes(setting: Overrides, base: Overrides, path = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(setting).flatMap(([name, value]) => {
    const [key, below] = [path + name, base[name]];
    if (isRecord(value) && isRecord(below)) return changes(value, below, `${key}.`);
    return JSON.stringify(value) === JSON.stringify(below) ? [] : [[key, value] as const];
  });
}

/** An argument as a shell takes it. */
const quoted = (text: string): string => (/^[\w./:,=+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/**
 * The command that makes a run again.
 *
 * @param record - What the run is.
 * @param experiment - Its experiment.
 * @returns A line for a shell; undefined where no command says these seeds or this preset.
 */
export function commandLine(
  { preset, seeds, setting, module }: Pick<RunRecord, 'preset' | 'seeds' | 'setting' | 'module'>,
  { name, schema, presets }: Experiment,
): string | undefined {
  const counted = seeds.length > 1;
  if (!Object.hasOwn(presets, preset) || (counted && seeds.some((seed, at) => seed !== at))) return undefined;
  const base = parseSetting(schema, [presets[preset]]) as Overrides;
  const sets = changes(setting, base).flatMap(([key, value]) => {
    if (key !== 'claims')
      return ['--set', `${key}=${parseValue(String(value)) === value ? value : JSON.stringify(value)}`];
    return ['--claims', Array.isArray(value) ? value.join(',') : String(value)];
  });
  const first = preset === Object.keys(presets)[0];
  const seedArguments = counted
    ? ['--seeds', String(seeds.length)]
    : seeds[0] === 0
      ? []
      : ['--seed', String(seeds[0])];
  return [
    'npx',
    'advml',
    'run',
    ...(module ? [module.path] : []),
    name,
    ...(first ? [] : ['--preset', preset]),
    ...seedArguments,
    ...sets,
  ]
    .map(quoted)
    .join(' ');
}
