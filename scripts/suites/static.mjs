// The suites that run nothing of ours: lint, types, public names, reference.
import { run, tool } from '../workspace.mjs';

const passes = async (name, args) => ({ [(await tool(name, args)).code === 0 ? 'passed' : 'failed']: 1 });

/** Format and lint of every file that git tracks; warnings count. */
export const lint = () => passes('biome', ['check', '--error-on-warnings']);

/** Types of sources, tests, examples and consumers. */
export const types = () => passes('tsc', ['-p', 'tsconfig.json']);

/** Whether the public names are those of test/interface.txt. */
export const publicNames = async () => {
  const { code } = await run(process.execPath, ['scripts/interface.mjs', '--check']);
  return { [code === 0 ? 'passed' : 'failed']: 1 };
};

/** The reference and the guides; a missing doc comment or a dead link is an error. */
export const docs = () => passes('typedoc', []);
