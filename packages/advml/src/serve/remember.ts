/** Milliseconds for which a page stays as it is, at least, and the share of all time that making it may take. */
const [LEAST, SHARE] = [1000, 0.05];

/** Pages that are remembered at most. */
const MOST = 200;

/**
 * Makes things at most once a second, and no more often than a twentieth of all time allows: a page of a large sweep takes no core
 * from its runs, however many look at it.
 *
 * @param make - Makes a thing by its name.
 * @param now - A clock in milliseconds.
 * @returns The same, out of memory where it was made a short while ago.
 */
export function remembering<T>(
  make: (name: string) => Promise<T>,
  now: () => number = () => performance.now(),
): (name: string) => Promise<T> {
  const kept = new Map<string, { readonly thing: Promise<T>; until: number }>();
  return (name) => {
    const before = kept.get(name);
    if (before && now() < before.until) return before.thing;
    const began = now();
    const entry = { thing: make(name), until: Number.POSITIVE_INFINITY };
    const end = () => {
      entry.until = now() + Math.max(LEAST, (now() - began) / SHARE);
    };
    entry.thing.then(end, end);
    kept.delete(name);
    kept.set(name, entry);
    if (kept.size > MOST) kept.delete(kept.keys().next().value as string);
    return entry.thing;
  };
}
