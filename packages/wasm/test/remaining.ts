import { readFileSync } from 'node:fs';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** Names that a line of the README's list of what remains has, by the line's first words. */
export function remaining(words: string): string[] {
  const list = readme.slice(readme.indexOf('## What remains')).split('\n## ')[0];
  const line = list.split('\n- ').find((each) => each.startsWith(`**${words}`));
  if (line === undefined) throw new Error(`the list of what remains has no line "${words}"`);
  const [item] = line.split('\n\n');
  return Array.from(item.matchAll(/`(\w+)`/g), ([, name]) => name);
}
