import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests run on the sources: the condition below resolves every @advml package to its src/index.ts.
const conditions = ['@advml/source', 'node', 'import', 'module', 'default'];

const all = [
  'packages/*/test/**/*.test.ts',
  'examples/test/**/*.test.ts',
  'docs/test/**/*.test.ts',
  'test/backends/*.test.ts',
];
const alone = ['**/*.alone.test.ts'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    allowOnly: false,
    pool: 'forks',
    execArgv: ['--conditions=@advml/source', `--import=${new URL('test/typescript.mjs', import.meta.url).href}`],
    maxWorkers: 2,
    deps: { interopDefault: false }, // a proxy around tfjs, whose every function would pass through it
    setupFiles: [fileURLToPath(new URL('test/equal-numbers.ts', import.meta.url))],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      // One process loads tfjs and the sources once for many files, which is most of the time of a short file.
      {
        extends: true,
        test: { name: 'shared', include: all, exclude: ['**/node_modules/**', ...alone], isolate: false },
      },
      // Files that need a process as it begins, or leave it changed: backends, registrations, memory.
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
