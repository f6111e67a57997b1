import type { Matrix } from '@advml/purification';

/** Size of an atom, over the largest of its dictionary, below which it is none. */
const NOTHING = 1e-6;

const sizeOf = (atom: readonly number[]): number => Math.hypot(...atom);

/** The atoms of a dictionary without their means, those first that point anywhere. */
function centered({ shape: [count, entries], data }: Matrix) {
  const atoms = Array.from({ length: count }, (_, row) => {
    const atom = Array.from({ length: entries }, (_, at) => data[row * entries + at]);
    const mean = atom.reduce((sum, value) => sum + value, 0) / entries;
    return { atom: atom.map((value) => value - mean), whole: sizeOf(atom) };
  });
  const least = NOTHING * Math.max(...atoms.map(({ whole }) => whole));
  const [some, none] = [true, false].map((points) => atoms.filter(({ atom }) => sizeOf(atom) > least === points));
  return { atoms: [...some, ...none].map(({ atom }) => atom), pointing: some.length };
}

/**
 * Dictionaries of as many atoms each, in the space where patches are: patches have no mean, so atoms have none either.
 *
 * A filter that is nearly constant, or dead, points nowhere in that space, and there are one principal component fewer than entries. The
 * dictionary with the fewest atoms that point anywhere decides how many each keeps, its first ones; one at least.
 *
 * @param dictionaries - Atoms one a row, by the dictionaries' names; all of as many entries.
 * @returns The same dictionaries, cut to one size.
 */
export function ofEqualSize<Name extends string>(
  dictionaries: Readonly<Record<Name, Matrix>>,
): Readonly<Record<Name, Matrix>> {
  const named = Object.entries<Matrix>(dictionaries).map(
    ([name, dictionary]) => [name, dictionary.shape[1], centered(dictionary)] as const,
  );
  const size = Math.max(1, Math.min(...named.map(([, , { pointing }]) => pointing)));
  return Object.fromEntries(
    named.map(([name, entries, { atoms }]) => [name, { shape: [size, entries], data: atoms.slice(0, size).flat() }]),
  ) as Readonly<Record<string, Matrix>> as Readonly<Record<Name, Matrix>>;
}
