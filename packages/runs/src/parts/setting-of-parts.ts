import { type ZodRawShape, type ZodType, z } from 'zod';
import { type ChosenClaims, claimsField } from '../settings/claims-field.ts';
import type { Part, SettingFault } from './part.ts';

/** The setting that all of some parts can work with: it has what each of theirs has. */
export type SettingOfParts<Parts extends readonly unknown[]> = {
  [At in keyof Parts]: Parts[At] extends Part<infer _World, infer Setting, infer _Measures>
    ? (setting: Setting) => void
    : never;
}[number] extends (setting: infer All) => void
  ? All
  : never;

/** What the choice of claims and the settings need to know of a part. */
type Described<Setting> = Pick<Part<never, Setting>, 'name' | 'claims' | 'settings' | 'faults'>;

/**
 * The settings of some parts, in the order of the parts.
 *
 * @param parts - The parts.
 * @returns Fields by their names.
 */
export function fieldsOf(parts: readonly { readonly settings?: object }[]): ZodRawShape {
  return Object.assign({}, ...parts.map(({ settings }) => settings));
}

/**
 * What a setting may choose: claims, and parts that have none.
 *
 * @param parts - The parts.
 * @returns Names of claims in the order of reports, then names of parts.
 */
export function choicesOf(
  parts: readonly { readonly name: string; readonly claims: readonly { readonly id: string }[] }[],
): readonly string[] {
  const claims = parts.flatMap((part) => part.claims.map(({ id }) => id)).sort(inOrder);
  return [...claims, ...parts.filter((part) => part.claims.length === 0).map(({ name }) => name)];
}

/** Names of claims in the order of reports: C2 before C10. */
export const inOrder = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** What a schema is made of, beside the parts. */
interface SchemaOptions<Setting> {
  /** The experiment's own fields; those of parts that it does not place itself come after them. */
  readonly settings: ZodRawShape;
  /** What is measured where nobody chooses. Default: all. */
  readonly chosen?: ChosenClaims;
  /** Finds what settings cannot be together. */
  faults?(setting: Setting): readonly SettingFault[];
}

/**
 * The schema of an experiment of parts: the choice of claims, its own settings, and those of the parts.
 *
 * @param parts - The parts.
 * @param options - See {@link SchemaOptions}.
 * @returns A schema that refuses what it does not know, and lists what settings cannot be together.
 */
export function schemaOf<Setting>(
  parts: readonly Described<Setting>[],
  { settings, chosen, faults }: SchemaOptions<Setting>,
): ZodType<Setting> {
  const names = parts.length > 1 || parts[0].claims.length > 0 ? choicesOf(parts) : [];
  return z
    .strictObject({ claims: claimsField(names, chosen), ...settings, ...fieldsOf(parts) })
    .superRefine((setting, context) => {
      const complete = setting as Setting;
      const found = [faults?.(complete), ...parts.map((part) => part.faults?.(complete))].flatMap((some) => some ?? []);
      for (const { path, message } of found) context.addIssue({ code: 'custom', path: [...path], message });
    }) as unknown as ZodType<Setting>;
}
