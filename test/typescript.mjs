// Lets Node load TypeScript in every thread: `--import=tsx` alone does so in the main thread only on Node 20.
import { register } from 'tsx/esm/api';

register();
