// Reads from the AssemblyScript sources what a module offers to TypeScript.
import { readFileSync } from 'node:fs';

/** What a number or an address of AssemblyScript is on the other side. */
const plain = { bool: 'boolean', void: 'void' };
const numbers = new Set(['usize', 'u32', 'i32', 'f32', 'f64']);

/**
 * Signatures of all functions that `index.ts` hands on, by name.
 *
 * @param {URL} folder Holds the sources.
 * @returns {string[]} One line each, such as `add(n: number, from: number, to: number): void;`.
 * @throws {Error} If a function is not to be found, or a type is unknown: neither a number nor a class of its file or its imports.
 */
export function signatures(folder) {
  const index = readFileSync(new URL('index.ts', folder), 'utf8');
  const lines = Array.from(index.matchAll(/export \{ ([^}]+) \} from '\.\/([^']+)'/g), ([, names, file]) => {
    const source = readFileSync(new URL(`${file}.ts`, folder), 'utf8');
    return names.split(', ').map((name) => signature(name, source));
  });
  return lines.flat().sort();
}

function signature(name, source) {
  const found = new RegExp(`^export function ${name}\\(([^)]*)\\): (\\w+)`, 'm').exec(source);
  if (!found) throw new Error(`there is no exported function ${name}`);
  const [, list, result] = found;
  const parameters = list.split(',').map((each) => each.trim().split(': '));
  const given = parameters
    .filter(([parameter]) => parameter !== '')
    .map(([parameter, type]) => `${parameter}: ${typeOf(type, source)}`);
  return `${name}(${given.join(', ')}): ${typeOf(result, source)};`;
}

/** A record of the module's memory, a class there, is an address here. */
function typeOf(name, source) {
  if (name in plain) return plain[name];
  const isClass = new RegExp(`^(export class|import \\{.*) ${name}\\b`, 'm').test(source);
  if (numbers.has(name) || isClass) return 'number';
  throw new Error(`the type ${name} has no counterpart`);
}
