// The suites that run nothing of ours: lint, types, reference.
import { tool } from '../workspace.mjs';

const passes = async (name, args) => ({ [(await tool(name, args)).code === 0 ? 'passed' : 'failed']: 1 });

/** Format and lint of every file that git tracks; warnings count. */
export const lint = () => passes('biome', ['check', '--error-on-warnings']);

/** Types of sources, tests, examples and consumers. */
export const types = () => passes('tsc', ['-p', 'tsconfig.json']);

/** The reference and the guides; a missing doc comment or a dead link is an error. */
export const docs = () => passes('typedoc', []);
