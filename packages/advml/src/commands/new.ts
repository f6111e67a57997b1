import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { InputError } from '@advml/core';
import { type Command, readArgs } from '../command.ts';

const HELP = `Writes an experiment to start from, and its test.

Usage: advml new experiment NAME

NAME is of small letters, digits and hyphens. NAME.mjs and NAME.test.mjs are written into this folder; files that are there
are left alone. The experiment trains a network cleanly and then adversarially, attacks both, judges a claim, and has a
table and a figure: change any of it.

Examples:
  advml new experiment width-and-robustness
  advml run ./width-and-robustness.mjs --preset smoke
  node --test
`;

/** The packages that the template imports, beside the command. */
const PACKAGES = [
  'attacks',
  'core',
  'data',
  'metrics',
  'networks',
  'optimizers',
  'plots',
  'runs',
  'training',
  'wasm',
].map((name) => `@advml/${name}`);

/** A file of the package's `templates` folder, about the experiment of a name. */
async function template(file: string, name: string): Promise<string> {
  const text = await readFile(new URL(`../../templates/${file}`, import.meta.url), 'utf8');
  return text.replaceAll('./experiment.mjs', `./${name}.mjs`).replace("name: 'experiment'", `name: '${name}'`);
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    throw new InputError(`cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** `advml new`: writes an experiment to start from. */
export const newExperiment: Command = {
  help: HELP,
  run: async (args, terminal) => {
    const [kind, name, ...more] = readArgs(args, {}).positionals;
    if (kind !== 'experiment' || name === undefined || more.length > 0)
      throw new InputError(`new takes 'experiment' and a name, such as 'advml new experiment width-and-robustness'`);
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name))
      throw new InputError(
        `the name must be small letters, digits and hyphens, such as width-and-robustness, got '${name}'`,
      );
    const files = { [`${name}.mjs`]: 'experiment.mjs', [`${name}.test.mjs`]: 'experiment.test.mjs' };
    const there = Object.keys(files).find((path) => existsSync(path));
    if (there !== undefined) throw new InputError(`${there} is there already; choose another name`);
    for (const [path, file] of Object.entries(files)) await writeNew(path, await template(file, name));
    const then = [
      [`npx advml run ./${name}.mjs --preset smoke`, 'takes seconds'],
      [`npx advml run ./${name}.mjs --seeds 3`, 'makes claims over seeds'],
      ['node --test', 'runs its test'],
    ];
    const width = Math.max(...then.map(([line]) => line.length));
    terminal.out(`wrote ${Object.keys(files).join(' and ')}

It imports these packages, which must be installed beside it (not on the npm registry yet: docs/guides/start-here.md says how to
install them from a clone):
  npm install ${PACKAGES.join(' ')} @tensorflow/tfjs-core

Then:
${then.map(([line, what]) => `  ${line.padEnd(width)}   ${what}`).join('\n')}
`);
    return 0;
  },
};
