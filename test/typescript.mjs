// Lets Node load TypeScript in every thread: `--import=tsx` alone does so in the main thread only on Node 20. Where the whole test
// says that the packages are built, threads take them as they were built, which start in less than half the time.
import { register } from 'node:module';

if (process.env.ADVML_BUILT === undefined) (await import('tsx/esm/api')).register();
else register('./built-packages.mjs', import.meta.url);
