// `pnpm build`: builds every package, the way `npm start` and `npm test` do.
import { build, requireNode } from './workspace.mjs';

requireNode();
process.exit((await build()).code);
