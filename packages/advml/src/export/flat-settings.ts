const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A setting by dotted keys, as `--set` takes it.
 *
 * @param setting - The setting.
 * @param path - What stands before its keys.
 * @returns Words as they are, all else as JSON, by key.
 */
export function settingsOf(setting: Readonly<Record<string, unknown>>, path = ''): Readonly<Record<string, string>> {
  const flat = Object.entries(setting).flatMap(([key, value]): (readonly [string, string])[] => {
    if (isRecord(value)) return Object.entries(settingsOf(value, `${path}${key}.`));
    return [[path + key, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
  return Object.fromEntries(flat);
}
