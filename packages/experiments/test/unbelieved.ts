import { type OpenStore, textOf } from './tiny.ts';

/** Signs of their attacks were looked for in stages of their own, or no gradient was followed. */
const ELSEWHERE = /^measures\/(robustness-|attacked\/|accuracy\/|linf\/accuracy-)/;

/**
 * The robust accuracies of a run beside which no signs of a masked gradient stand: the path of each in its file.
 *
 * @param store - The files of a finished run.
 */
export function unbelieved(store: OpenStore): readonly string[] {
  const files = [...store.files.keys()].filter((name) => name.startsWith('measures/') && !ELSEWHERE.test(name));
  return files.flatMap((name) => unbelievedIn(JSON.parse(textOf(store, name)).value, name));
}

function unbelievedIn(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const record = value as Readonly<Record<string, unknown>>;
  const isAccuracy = Object.keys(record).some((name) => /^robust(Before|After)?$/.test(name) && isShare(record[name]));
  const isExact = String(record.attack).startsWith('closed form');
  const own = isAccuracy && !isExact && !isLookedAt(record.masking) ? [path] : [];
  return [...own, ...Object.entries(record).flatMap(([name, inner]) => unbelievedIn(inner, `${path} ${name}`))];
}

const isShare = (value: unknown): boolean => Number.isInteger(Object(value).trials);

/** Whether some signs were looked for, at each time for which there are some. */
function isLookedAt(masking: unknown): boolean {
  const { checked, before, after } = Object(masking);
  if (before !== undefined) return [before, after].every(isLookedAt);
  return Array.isArray(checked);
}
