import { InputError } from '@advml/core';
import type { ZodRawShape, ZodType } from 'zod';
import type { Experiment, SeedRun } from '../experiment.ts';
import type { ChosenClaims } from '../settings/claims-field.ts';
import { type Overrides, parseSetting } from '../settings/settings.ts';
import { afterTheirNeeds, neededStages, type Stage } from '../stages/stages.ts';
import { tableOverSeeds } from '../table.ts';
import { type Circumstances, judgeBy } from './claim-rule.ts';
import type { Part, SeedMeasures, SettingFault } from './part.ts';
import { inOrder, schemaOf } from './setting-of-parts.ts';

/** What every setting of such an experiment has. */
export type Choice = {
  /** Names of claims or of parts, or all of them. */
  readonly claims: ChosenClaims;
};

/** What {@link experimentOfParts} puts together. */
export interface PartsOptions<World, Setting extends Choice>
  extends Pick<Experiment<Setting>, 'name' | 'title' | 'introduction' | 'presets' | 'caveats' | 'withoutEffect'> {
  /** One of the networks that it trains, and what that is judged by, as {@link Experiment} has it. */
  readonly subject?: Experiment<Setting>['subject'];
  /** Its own settings by their names, fields of zod; those of the parts come after them, unless `fieldsOf` places them among these. */
  readonly settings: ZodRawShape;
  /** What is measured where nobody chooses: names of claims and of parts without claims. Default: all. */
  readonly chosen?: ChosenClaims;
  /**
   * Finds what its settings cannot be together. Default: nothing.
   *
   * @param setting - A complete setting, each value of which is in its range.
   * @returns The faults.
   */
  faults?(setting: Setting): readonly SettingFault[];
  /** The parts, in the order of their claims. */
  readonly parts: readonly Part<World, Setting>[];
  /**
   * What a run is about.
   *
   * @param setting - A complete setting.
   * @param seed - Its seed.
   * @returns Data, network and keys; it is asked for once a thread, when the first stage needs it.
   */
  world(setting: Setting, seed: number): World;
  /**
   * Refuses a setting whose data or network cannot be made.
   *
   * @param setting - A complete setting.
   * @param seed - Its seed.
   * @throws InputError that names what is wrong.
   */
  check(setting: Setting, seed: number): Promise<void>;
  /**
   * The stages that belong to no part: those that make the networks. They go first, since most of the rest waits for them.
   *
   * @param world - Gives what the run is about.
   * @param setting - A complete setting.
   * @returns The stages, each after those it needs.
   */
  training(world: () => World, setting: Setting): readonly Stage[];
  /**
   * What stands beside every number of a run.
   *
   * @param setting - A complete setting.
   * @returns Threat and examples.
   */
  circumstances(setting: Setting): Circumstances;
}

/**
 * Whether a setting asks for something by its name.
 *
 * @param name - A claim, or a part.
 * @param setting - A setting with its choice.
 * @returns True if it is among what was chosen, or all is.
 */
export const isChosen = (name: string, { claims }: Choice): boolean => claims === 'all' || claims.includes(name);

/**
 * The parts with a chosen claim, or chosen by name.
 *
 * @param parts - All parts of an experiment.
 * @param setting - A setting with its choice.
 * @returns Those of them, in the same order.
 */
export function chosenParts<Chosen extends Pick<Part<never, never>, 'name' | 'claims'>>(
  parts: readonly Chosen[],
  setting: Choice,
): readonly Chosen[] {
  return parts.filter(({ name, claims }) =>
    [name, ...claims.map(({ id }) => id)].some((one) => isChosen(one, setting)),
  );
}

/**
 * An experiment whose claims, tables and figures come from parts, of which a setting chooses some by `claims`.
 *
 * @param options - See {@link PartsOptions}.
 * @returns The experiment.
 */
export function experimentOfParts<World, Setting extends Choice>(
  options: PartsOptions<World, Setting>,
): Experiment<Setting> {
  const { name, title, introduction, presets, subject, caveats, withoutEffect, parts, circumstances } = options;
  const schema = schemaOf(parts, options);
  /** What a part has to show of finished seeds. */
  const measured = (part: Part<World, Setting>, seeds: readonly SeedRun[], setting: Setting) =>
    Promise.all(
      seeds.map(
        async (run): Promise<SeedMeasures<unknown>> => ({ ...run, measures: await part.measures(run.store, setting) }),
      ),
    );
  return {
    name,
    title,
    introduction,
    schema,
    presets,
    subject,
    caveats,
    withoutEffect: ['claims', ...withoutEffect],
    check: (setting, seed) => checkVariants(options, schema, setting, seed),
    stages: (setting, seed) => stagesOf(options, setting, seed),
    claims: async (store, setting) => {
      const perPart = chosenParts(parts, setting).map(async (part) => {
        const measures = await part.measures(store, setting);
        const rules = part.claims.filter(({ id }) => isChosen(id, setting));
        return rules.map((rule) => judgeBy(rule, measures, setting, circumstances(setting)));
      });
      return (await Promise.all(perPart)).flat().sort((a, b) => inOrder(a.id, b.id));
    },
    tables: async (seeds, setting) => {
      const perPart = chosenParts(parts, setting).map(async (part) => {
        const perSeed = (await measured(part, seeds, setting)).map(({ measures }) => part.tables(measures, setting));
        if (perSeed.length === 1) return perSeed[0];
        const longest = perSeed.toSorted((a, b) => b.length - a.length)[0];
        return longest.map((_, at) => tableOverSeeds(perSeed.map((tables) => tables[at])));
      });
      return (await Promise.all(perPart)).flat();
    },
    figures: async (seeds, setting) => {
      const perPart = chosenParts(parts, setting).map(async (part) =>
        part.figures(await measured(part, seeds, setting), setting),
      );
      return (await Promise.all(perPart)).flat();
    },
  };
}

/** Refuses a setting that cannot work, or one that a part will make of it. */
async function checkVariants<World, Setting extends Choice>(
  { parts, check }: PartsOptions<World, Setting>,
  schema: ZodType<Setting>,
  setting: Setting,
  seed: number,
): Promise<void> {
  await check(setting, seed);
  for (const { name, variants } of chosenParts(parts, setting)) {
    for (const change of variants?.(setting) ?? []) {
      try {
        await check(parseSetting(schema, [setting as unknown as Overrides, change]), seed);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        const what = `a variant of the part '${name}' cannot be made of this setting`;
        throw new InputError(`${what}: ${error.message}`, { cause: error });
      }
    }
  }
}

/** The stages that the chosen parts need, the most urgent first. */
function stagesOf<World, Setting extends Choice>(
  { parts, training, world }: PartsOptions<World, Setting>,
  setting: Setting,
  seed: number,
): readonly Stage[] {
  let made: { readonly world: World } | undefined;
  const here = () => {
    made ??= { world: world(setting, seed) };
    return made.world;
  };
  const urgentFirst = parts.toSorted((a, b) => Number(b.early ?? false) - Number(a.early ?? false));
  const own = new Map(urgentFirst.map((part) => [part, part.stages(here, setting)]));
  const all = afterTheirNeeds([...training(here, setting), ...[...own.values()].flat()]);
  const wanted = chosenParts(parts, setting).flatMap((part) => own.get(part) ?? []);
  return neededStages(
    all,
    wanted.map(({ name }) => name),
  );
}
