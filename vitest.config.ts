import { defineConfig } from 'vitest/config';

// Tests run on the sources: the condition below resolves every @advml package to its src/index.ts.
const conditions = ['@advml/source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/test/**/*.test.ts'],
    allowOnly: false,
    pool: 'forks',
    execArgv: ['--conditions=@advml/source', `--import=${new URL('test/typescript.mjs', import.meta.url).href}`],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
