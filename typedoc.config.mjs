// One site from all packages and guides: `pnpm docs:api` writes it to docs/api. Warnings are errors.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formulaStyle, formulas } from './docs/formulas.mjs';

const isPublic = (name) => !JSON.parse(readFileSync(join('packages', name, 'package.json'), 'utf8')).private;

export default {
  name: 'advml',
  entryPointStrategy: 'packages',
  entryPoints: readdirSync('packages')
    .filter(isPublic)
    .map((name) => `packages/${name}`),
  projectDocuments: [
    'docs/guides/start-here.md',
    'docs/guides/coming-from.md',
    'docs/guides/attack-your-model.md',
    'docs/guides/other-peoples-models.md',
    'docs/guides/attacks.md',
    'docs/guides/attacks-and-certificates.md',
    'docs/guides/your-own-experiment.md',
    'docs/guides/sweeps.md',
    'docs/guides/concepts.md',
    'docs/guides/reading-the-results.md',
    'docs/guides/real-images.md',
    'docs/guides/patches.md',
    'docs/guides/speed.md',
  ],
  readme: 'README.md',
  out: 'docs/api',
  markdownItLoader: formulas,
  customCss: formulaStyle(),
  treatWarningsAsErrors: true,
  highlightLanguages: ['bash', 'sh', 'json', 'typescript', 'javascript', 'html', 'python'],
  validation: { notExported: true, invalidLink: true, invalidPath: true, rewrittenLink: true, notDocumented: true },
  disableGit: true,
  disableSources: true,
  hideGenerator: true,
  sort: ['source-order'],
  navigation: { includeGroups: false },
};
