import { FormatError } from '../errors.ts';

/** Object of tensors, object of one tensor, its shape: a header needs no more. */
const deepest = 3;

/**
 * Refuses a header that has a key twice in one object, or nests deeper than any header does.
 *
 * `JSON.parse` silently keeps the last of equal keys, so two readers could see two files in one.
 *
 * @param text - Valid JSON.
 * @throws FormatError that names the key.
 */
export function requireUniqueKeys(text: string): void {
  const open: (Set<string> | undefined)[] = []; // the keys so far of each object around this place; none for an array
  let string = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      const end = endOfString(text, i);
      string = text.slice(i, end + 1);
      i = end;
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined);
      if (open.length > deepest) throw new FormatError(`the header nests deeper than ${deepest} levels`);
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === ':') {
      const key: string = JSON.parse(string); // two spellings of one key are one key
      if (open.at(-1)?.has(key)) throw new FormatError(`the header has the key ${JSON.stringify(key)} twice`);
      open.at(-1)?.add(key);
    }
  }
}

/** The index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
