/** How many letters must be put in, left out or changed to make one word of another (Levenshtein). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (letter === b[j] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}

/**
 * The known word that a mistyped one was probably meant to be.
 *
 * @param word - What was typed.
 * @param known - Words that would do.
 * @returns The nearest of them, or undefined where none differs in a third of its letters or less.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const edits = known.map((name) => editsBetween(word, name));
  const least = Math.min(...edits);
  const found = known[edits.indexOf(least)];
  return found !== undefined && 3 * least <= found.length ? found : undefined;
}
