import { InputError } from '@advml/core';
import { closestMatch } from 'leven';
import { type ZodType, z } from 'zod';

/** A partial setting, as presets, files and `--set` give them. */
export type Overrides = { readonly [key: string]: unknown };

const isRecord = (value: unknown): value is Overrides =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The second setting laid over the first, key by key; lists are replaced whole. Every key becomes the record's own, also `__proto__`. */
function overlay(below: Overrides, above: Overrides): Overrides {
  const laid = Object.entries(above).map(([key, value]) => {
    const under = Object.hasOwn(below, key) ? below[key] : undefined;
    return [key, isRecord(value) && isRecord(under) ? overlay(under, value) : value];
  });
  return Object.fromEntries([...Object.entries(below), ...laid]);
}

/** How deep a setting may be nested: deeper than any is, and far from what recursion can follow. */
const DEEPEST = 16;

function requireShallow(value: unknown, depth = 0): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === DEEPEST) throw new InputError(`a setting may be nested ${DEEPEST} levels deep at most; flatten it`);
  for (const inner of Object.values(value)) requireShallow(inner, depth + 1);
}

/**
 * A `--set` argument as overrides: `clean.steps=100` becomes `{ clean: { steps: 100 } }`.
 *
 * @param assignment - A dotted key, `=`, and a value in JSON; a value that is no JSON is a string.
 * @returns The overrides it stands for.
 * @throws InputError if there is no `=` or no key.
 * @example
 * ```ts
 * parseAssignment('data.dictionary=identity'); // { data: { dictionary: 'identity' } }
 * ```
 */
export function parseAssignment(assignment: string): Overrides {
  const at = assignment.indexOf('=');
  const path = assignment.slice(0, Math.max(at, 0)).split('.');
  if (path.some((part) => part.trim() === '')) {
    throw new InputError(`--set takes key=value, such as --set clean.steps=100, got '${assignment}'`);
  }
  return overridesAt(path, parseValue(assignment.slice(at + 1)));
}

/**
 * A change of one setting.
 *
 * @param path - Its key, part by part.
 * @param value - What it becomes.
 * @returns The change.
 */
export function overridesAt(path: readonly string[], value: unknown): Overrides {
  return path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Overrides;
}

/**
 * A value out of a command line.
 *
 * @param text - JSON, or a number as people write them, such as `.5`; anything else is a string.
 * @returns The value.
 */
export function parseValue(text: string): unknown {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** One line of a table of settings. */
export interface SettingRow {
  /** Dotted key, as `--set` takes it. */
  readonly key: string;
  /** Value in the setting. */
  readonly value: unknown;
  /** What it means. */
  readonly description: string;
}

/**
 * Every key of a schema with its value and meaning.
 *
 * @param schema - A schema whose objects have defaults throughout.
 * @param setting - The setting to show. Default: the defaults.
 * @returns One row a key, in the schema's order.
 */
export function settingRows(schema: ZodType, setting: unknown = schema.parse({})): readonly SettingRow[] {
  return describedKeys(schema).map(({ path, description }) => ({
    key: path.join('.'),
    value: valueAt(setting, path),
    description,
  }));
}

/** Every key of a schema with its meaning. */
function describedKeys(schema: ZodType): readonly { readonly path: readonly string[]; readonly description: string }[] {
  interface Node {
    properties?: Record<string, Node>;
    description?: string;
  }
  const keys = (node: Node, above: readonly string[]): ReturnType<typeof describedKeys> =>
    Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
      const path = [...above, name];
      return child.properties ? keys(child, path) : [{ path, description: child.description ?? '' }];
    });
  return keys(z.toJSONSchema(schema, { io: 'input' }) as Node, []);
}

/**
 * Refuses a setting that no table can show, or no dotted key reaches.
 *
 * @param name - Its name.
 * @param field - The setting, or a group of them.
 * @throws InputError that names it.
 */
export function requireShowable(name: string, field: ZodType): void {
  let keys: ReturnType<typeof describedKeys>;
  try {
    keys = describedKeys(z.object({ [name]: field }));
  } catch (cause) {
    const why = (cause as Error).message;
    throw new InputError(`the setting '${name}' must hold what JSON has: numbers, texts, lists, groups (${why})`, {
      cause,
    });
  }
  const unreachable = keys.flatMap(({ path }) => path).find((part) => /[.=]|^\s*$/.test(part));
  if (unreachable !== undefined)
    throw new InputError(
      `a setting may not be called '${unreachable}', which --set could not reach; use letters and digits`,
    );
}

/**
 * What stands in a setting, or in other plain JSON.
 *
 * @param setting - The setting.
 * @param path - Its key, part by part.
 * @returns The value, or undefined if there is none.
 */
export function valueAt(setting: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (Object.hasOwn(Object(inner), key) ? (inner as Record<PropertyKey, unknown>)[key] : undefined),
    setting,
  );
}

/** Letters of a value that a message shows, and faults that it lists. */
const [SHOWN, LISTED] = [80, 10];

/** A message that ends in the value that a key was given; the message alone where the default stands. */
function withGot(message: string, given: Overrides, path: readonly PropertyKey[]): string {
  const value = valueAt(given, path);
  if (value === undefined) return message;
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
  const hint = /expected array/.test(message) && typeof value === 'string' ? '; a list is written [64,32]' : '';
  return `${message.replace(/, received \w+$/, '')}, got ${shown}${hint}`;
}

/** A setting that nobody can change: what one stage did to it, a resumed run would not see. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

/**
 * A complete, checked setting from a schema's defaults and overrides; later overrides win.
 *
 * @param schema - What is allowed.
 * @param layers - Overrides, such as a preset, a file and `--set` arguments.
 * @returns The setting, frozen.
 * @throws InputError that lists every bad key and value, unknown keys with the nearest known one.
 * @example
 * ```ts
 * const setting = parseSetting(paperSetting, [presets.smoke, parseAssignment('tau=0.12')]);
 * ```
 */
export function parseSetting<Setting>(schema: ZodType<Setting>, layers: readonly Overrides[]): Setting {
  for (const layer of layers) requireShallow(layer);
  const given = layers.reduce(overlay, {});
  const parsed = schema.safeParse(given);
  const issues = parsed.success ? unread(given, parsed.data) : parsed.error.issues;
  if (!parsed.success || issues.length > 0) throw refusal('setting', schema, given, { issues });
  return frozen(parsed.data);
}

/** What was given and is not in the setting: keys that a group by `z.object` leaves out without a word. */
function unread(given: unknown, setting: unknown, path: readonly PropertyKey[] = []): z.core.$ZodIssue[] {
  if (typeof given !== 'object' || given === null) return [];
  const inner = Object.entries(given).flatMap(([key, value]) => unread(value, valueAt(setting, [key]), [...path, key]));
  if (!isRecord(given) || !isRecord(setting)) return inner;
  const keys = Object.keys(given).filter((key) => given[key] !== undefined && !Object.hasOwn(setting, key));
  return keys.length > 0 ? [{ code: 'unrecognized_keys', keys, path: [...path], message: '' }, ...inner] : inner;
}

/**
 * Why a record cannot be used.
 *
 * @param what - What it is.
 * @param schema - What is allowed.
 * @param given - The record.
 * @param error - What the schema says of it.
 * @returns An error that lists every bad key and value, unknown keys with the nearest known one.
 */
export function refusal(
  what: string,
  schema: ZodType,
  given: Overrides,
  { issues }: Pick<z.ZodError, 'issues'>,
): InputError {
  const keys = describedKeys(schema).map(({ path }) => path.join('.'));
  const known = [...keys, ...new Set(keys.map((key) => key.split('.')[0]))];
  const lines = issues.flatMap((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return [`${path || what}: ${withGot(issue.message, given, issue.path)}`];
    return issue.keys.map((key) => {
      const full = path ? `${path}.${key}` : key;
      return `unknown key '${full}'; the nearest known key is '${closestMatch(full, known)}'`;
    });
  });
  const more = lines.length > LISTED ? [`and ${lines.length - LISTED} more`] : [];
  return new InputError(`the ${what} cannot be used:\n  ${[...lines.slice(0, LISTED), ...more].join('\n  ')}`);
}
