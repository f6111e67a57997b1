import { InputError, type Key, key } from '@advml/core';
import { described, type OptionNames, requireFunction, requireOptions } from '@advml/core/internal';
import { type ZodRawShape, z } from 'zod';
import { requireBar } from './bar.ts';
import type { Experiment, Figure } from './experiment.ts';
import { blaming } from './experiment-error.ts';
import { requireDifferent, requireName } from './names.ts';
import { type Circumstances, type ClaimRule, requireCircumstances, requireFinding } from './parts/claim-rule.ts';
import { type Choice, experimentOfParts } from './parts/experiment-of-parts.ts';
import type { SeedMeasures } from './parts/part.ts';
import { requireList, requireRecord, requireRecords, requireText } from './require.ts';
import { type Overrides, parseSetting, requireShowable, settingRows } from './settings/settings.ts';
import { definedStages, type StageDefinition } from './stages/defined-stages.ts';
import { keptMeasure } from './stages/measures.ts';
import type { RunStore } from './store/store.ts';
import type { Subject } from './subject/subject.ts';
import type { Table } from './table.ts';

/** A complete setting of an experiment: a value for each of its fields, and the choice of claims. */
export type SettingsOf<Fields extends ZodRawShape> = z.output<z.ZodObject<Fields>> & Choice;

/** An experiment in one page, for {@link defineExperiment}; all but name, settings and stages may be left out. */
export interface ExperimentDefinition<Fields extends ZodRawShape, Measures> {
  /** How the command and `run.json` call it: small letters, digits and hyphens. */
  readonly name: string;
  /** What it is, in a line. Default: the name. */
  readonly title?: string;
  /** What it does and asks, for the head of the report: paragraphs of plain text. */
  readonly introduction?: readonly string[];
  /** Every setting as a field of zod with its default and its description, such as `count(1).default(200).describe('Steps')`. */
  readonly settings: Fields;
  /** Named changes of the defaults. Default: `default`, which changes nothing. */
  readonly presets?: Readonly<Record<string, Overrides>>;
  /** What must be known to read the claims of a preset, by its name: that it is too small for verdicts. */
  readonly caveats?: Readonly<Record<string, string>>;
  /** Settings that change time or memory and no result; dotted keys. */
  readonly withoutEffect?: readonly string[];
  /**
   * Refuses a setting that cannot work, before anything is made, by throwing an InputError.
   *
   * @param settings - A complete setting.
   */
  check?(settings: SettingsOf<Fields>): void | Promise<void>;
  /** The work on one seed, in its order: each stage trains, makes weights, or measures. */
  readonly stages: { readonly [Name in keyof Measures]: StageDefinition<SettingsOf<Fields>, Measures[Name]> };
  /** What is claimed, as rules over what the stages measured; the bars should stand before the seeds that they judge. */
  readonly claims?: readonly ClaimRule<Measures, SettingsOf<Fields>>[];
  /**
   * What stands beside every number that an attack gave.
   *
   * @param settings - A complete setting.
   * @returns Threat and examples.
   */
  circumstances?(settings: SettingsOf<Fields>): Circumstances;
  /**
   * The tables of one seed; the report of several joins them cell by cell.
   *
   * @param measures - What each stage measured, by its name.
   * @param settings - A complete setting.
   * @returns The tables, with the same rows for every seed.
   */
  tables?(measures: Measures, settings: SettingsOf<Fields>): readonly Table[];
  /**
   * The pictures of one seed, or over several; the first also stands at the head of the report.
   *
   * @param seeds - Each seed with what it measured, at least one.
   * @param settings - A complete setting.
   * @returns The figures, such as those that the functions of `@advml/plots` draw.
   */
  figures?(
    seeds: readonly SeedMeasures<Measures>[],
    settings: SettingsOf<Fields>,
  ): readonly Figure[] | Promise<readonly Figure[]>;
  /**
   * One of the networks that it trains, and what that is judged by, for `advml attack RUN_FOLDER`.
   *
   * @param settings - A complete setting.
   * @param key - The run's key, as stages have it.
   * @param of - Which network; `oneOf` refuses other names.
   * @returns The network, its examples and its threats.
   */
  subject?(settings: SettingsOf<Fields>, key: Key, of: string): Subject | Promise<Subject>;
}

const KNOWN: OptionNames<ExperimentDefinition<ZodRawShape, unknown>> = {
  name: true,
  title: true,
  introduction: true,
  settings: true,
  presets: true,
  caveats: true,
  withoutEffect: true,
  check: true,
  stages: true,
  claims: true,
  circumstances: true,
  tables: true,
  figures: true,
  subject: true,
};

const none: Circumstances = { threat: '', examples: '', detail: {} };

/**
 * An experiment of your own, for `startRun` and for `advml run ./FILE`, whose default export it is. Seeds, presets, `--set`, worker
 * threads, kill and resume to the same bits, claims with intervals over seeds and the report need no further code.
 *
 * @param definition - See {@link ExperimentDefinition}.
 * @returns The experiment.
 * @throws InputError that names what is missing or misspelt.
 * @example
 * ```ts
 * export default defineExperiment({
 *   name: 'coin',
 *   settings: { tosses: count(1).default(1000).describe('Tosses of the coin') },
 *   stages: {
 *     heads: {
 *       measure: ({ settings, key }) => {
 *         const tosses = key.child('tosses').uniform(settings.tosses);
 *         return tosses.filter((toss) => toss < 0.5).length / settings.tosses;
 *       },
 *     },
 *   },
 *   claims: [
 *     {
 *       id: 'fair',
 *       statement: 'The coin is fair.',
 *       quantity: 'share of heads',
 *       bar: '0.45 to 0.55',
 *       find: ({ heads }) => ({ value: heads, holds: heads > 0.45 && heads < 0.55 }),
 *     },
 *   ],
 * });
 * ```
 */
export function defineExperiment<Fields extends ZodRawShape, Measures extends Readonly<Record<string, unknown>>>(
  definition: ExperimentDefinition<Fields, Measures>,
): Experiment<SettingsOf<Fields>> {
  type Settings = SettingsOf<Fields>;
  requireOptions('defineExperiment', definition, KNOWN);
  const { name, title = name, introduction = [], settings, presets = { default: {} }, caveats = {} } = definition;
  const { withoutEffect = [], subject, circumstances = () => none } = definition;
  requireName('an experiment', name);
  requireText(`the title of ${name}`, title);
  requireList(`the introduction of ${name} must be a list of paragraphs, texts`, introduction);
  for (const paragraph of introduction) requireText(`each paragraph of the introduction of ${name}`, paragraph);
  requireList(`withoutEffect of ${name} must be a list of settings`, withoutEffect);
  for (const [part, record] of Object.entries({ settings, presets, caveats }))
    requireRecord(`the ${part} of ${name} must be a record`, record);
  for (const part of ['check', 'circumstances', 'tables', 'figures', 'subject'] as const)
    if (definition[part] !== undefined) requireFunction(`${part} of ${name}`, definition[part]);
  requireFields(settings);
  const claims = definedClaims(definition.claims ?? []);
  const rootKey = (seed: number): Key => key(name, seed);
  const stages = definedStages<Settings>(definition.stages);
  const measured = stages.flatMap(({ name: stage, measures }) => (measures ? [stage] : []));
  const measuresIn = async (store: RunStore) =>
    Object.fromEntries(await Promise.all(measured.map(async (stage) => [stage, await keptMeasure(store, stage)])));
  const experiment = experimentOfParts<Key, Settings>({
    name,
    title,
    introduction,
    settings,
    presets,
    caveats,
    withoutEffect,
    world: (_, seed) => rootKey(seed),
    check: async (setting) => blaming('check', async () => definition.check?.(setting))(),
    training: () => [],
    circumstances: blaming('circumstances', (setting: Settings) => {
      const found = circumstances(setting);
      requireCircumstances(found);
      return found;
    }),
    subject:
      subject &&
      blaming('subject', async (setting: Settings, seed: number, of: string) => subject(setting, rootKey(seed), of)),
    parts: [
      {
        name,
        claims: claims as readonly ClaimRule<unknown, Settings>[],
        stages: (world, setting) => stages.map(({ make }) => make(world, setting)),
        measures: measuresIn,
        tables: blaming('tables', (measures, setting) => {
          const found = definition.tables?.(measures as Measures, setting) ?? [];
          requireRecords('it must return a list of tables, at once', found);
          return found;
        }),
        figures: blaming('figures', async (seeds, setting) => {
          const found = (await definition.figures?.(seeds as readonly SeedMeasures<Measures>[], setting)) ?? [];
          requireRecords('it must return a list of figures { name, draw }', found);
          return found.map(({ name, draw }) => ({ name, draw: blaming(`the figure '${name}'`, draw) }));
        }),
      },
    ],
  });
  requirePresets(experiment);
  return experiment;
}

/** Refuses presets that cannot be run, caveats of presets that do not exist, and settings without effect that do not exist. */
function requirePresets<Settings>({ name, schema, presets, caveats, withoutEffect }: Experiment<Settings>): void {
  if (Object.keys(presets).length === 0) throw new InputError(`${name} needs a preset, such as default: {}`);
  for (const [preset, changes] of Object.entries(presets)) {
    requireRecord(`the preset '${preset}' of ${name} must be a record of settings`, changes);
    blaming(`the preset '${preset}' of ${name}`, () => parseSetting(schema, [changes]))();
  }
  for (const [preset, caveat] of Object.entries(caveats)) {
    requireText(`the caveat of ${name} for '${preset}'`, caveat);
    if (!Object.hasOwn(presets, preset))
      throw new InputError(
        `${name} has a caveat for '${preset}', which is none of its presets: ${Object.keys(presets).join(', ')}`,
      );
  }
  const keys = settingRows(schema).map(({ key }) => key);
  for (const key of withoutEffect)
    if (!keys.some((known) => known === key || known.startsWith(`${key}.`)))
      throw new InputError(`'${key}' in withoutEffect is none of the settings of ${name}: ${keys.join(', ')}`);
}

/** Rules whose errors name the claim, and whose findings are checked. */
function definedClaims<Measures, Settings>(
  rules: readonly ClaimRule<Measures, Settings>[],
): readonly ClaimRule<Measures, Settings>[] {
  requireRecords('claims must be a list of records { id, statement, quantity, bar, find }', rules);
  for (const rule of rules) {
    for (const part of ['id', 'statement', 'quantity', 'bar'] as const)
      if (typeof rule[part] !== 'string' || rule[part] === '')
        throw new InputError(`the claim '${rule.id}' needs a ${part}, a text, got ${described(rule[part])}`);
    requireFunction(`find of the claim '${rule.id}'`, rule.find);
    requireBar(rule.id, rule.bar);
  }
  requireDifferent(
    'claims',
    rules.map(({ id }) => id),
  );
  return rules.map((rule) => {
    const find = blaming(`the claim '${rule.id}'`, (measures: Measures, settings: Settings) => {
      const finding = rule.find(measures, settings);
      requireFinding(finding);
      return finding;
    });
    return { ...rule, find };
  });
}

/** Refuses settings that are no fields of zod, cannot be shown, or have no default: then no run could start without them. */
function requireFields(settings: ZodRawShape): void {
  for (const [name, field] of Object.entries(settings)) {
    if (name === 'claims')
      throw new InputError("a setting may not be called 'claims': that is the one which chooses the claims");
    if (!(field instanceof z.ZodType))
      throw new InputError(
        `the setting '${name}' must be a field of zod, such as count(1).default(200).describe('Steps'), got ${described(field)}`,
      );
    if (!field.safeParse(undefined).success)
      throw new InputError(
        `the setting '${name}' needs a default, such as count(1).default(200); .prefault({}) for a group of settings that have theirs`,
      );
    requireShowable(name, field);
  }
}
