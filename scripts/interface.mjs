// The public names of every package and what they are, as text: `pnpm interface` writes it to test/interface.txt. The tests compare
// them (`--check`), so that a change of the interface is seen in review.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { packages, root } from './workspace.mjs';

/** The file that is kept. */
const file = join(root, 'test', 'interface.txt');

/** Entry points that users may import, as `{ name, source }`; those called internal may change with any version. */
const entries = () =>
  packages()
    .filter(({ manifest }) => !manifest.private)
    .flatMap(({ folder, name, manifest }) =>
      Object.entries(manifest.exports)
        .filter(([path, targets]) => targets['@advml/source'] && !path.endsWith('/internal'))
        .map(([path, targets]) => ({ name: join(name, path), source: join(folder, targets['@advml/source']) })),
    );

/** What a name is: the first of these that its symbol says. */
const kinds = [
  [ts.SymbolFlags.Class, 'class'],
  [ts.SymbolFlags.Function, 'function'],
  [ts.SymbolFlags.Interface, 'interface'],
  [ts.SymbolFlags.TypeAlias, 'type'],
  [ts.SymbolFlags.Enum, 'enum'],
  [ts.SymbolFlags.Variable, 'const'],
  [ts.SymbolFlags.Module, 'namespace'],
];

/** All names of all entry points by a compiler that only resolves them, a line each, in the order of their letters. */
function interfaceText() {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
  const places = entries();
  const rootNames = places.map(({ source }) => source);
  const program = ts.createProgram({ rootNames, options: { ...options, noLib: true, types: [] } });
  const checker = program.getTypeChecker();
  const lineOf = (symbol) => {
    const { flags } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const kind = kinds.find(([flag]) => flags & flag)?.[1];
    if (!kind) throw new Error(`nothing is behind the export '${symbol.name}'`);
    return `${symbol.name} ${kind}`;
  };
  return places
    .map(({ name, source }) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(source));
      return [`# ${name}`, ...checker.getExportsOfModule(module).map(lineOf).sort(), ''].join('\n');
    })
    .join('\n');
}

/** Prints what is new and what is gone since the file was written. */
function compare(kept, found) {
  console.error('the public names are not those of test/interface.txt; if that is meant, renew it: pnpm interface');
  const [before, after] = [named(kept), named(found)];
  for (const line of before) if (!after.includes(line)) console.error(`- ${line}`);
  for (const line of after) if (!before.includes(line)) console.error(`+ ${line}`);
}

/** Its lines with the entry point before each. */
function named(text) {
  let entry = '';
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('# ')) return line ? [`${entry}: ${line}`] : [];
    entry = line.slice(2);
    return [];
  });
}

const found = interfaceText();
if (!process.argv.includes('--check')) writeFileSync(file, found);
else if (readFileSync(file, 'utf8') !== found) {
  compare(readFileSync(file, 'utf8'), found);
  process.exitCode = 1;
}
