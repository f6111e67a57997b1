// One site from all packages and guides: `pnpm docs:api` writes it to docs/api. Warnings are errors.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formulaStyle, formulas } from './docs/formulas.mjs';

/** The guides in the order in which one might read them; the front matter of each says its group again. */
export const guides = {
  Start: ['start-here', 'concepts', 'coming-from', 'gallery'],
  'Attack and certify': [
    'attack-your-model',
    'other-peoples-models',
    'attacks',
    'attacks-and-certificates',
    'evaluating-robustness',
  ],
  'Reproduce the paper': ['reading-the-results', 'real-images', 'patches'],
  'Your own experiments': ['your-own-experiment', 'sweeps'],
  Inside: ['architecture', 'security-model', 'speed', 'backends'],
};

const isPublic = (name) => !JSON.parse(readFileSync(join('packages', name, 'package.json'), 'utf8')).private;

export default {
  name: 'advml documentation',
  plugin: ['./docs/titles.mjs'],
  entryPointStrategy: 'packages',
  entryPoints: readdirSync('packages')
    .filter(isPublic)
    .map((name) => `packages/${name}`),
  projectDocuments: Object.values(guides)
    .flat()
    .map((name) => `docs/guides/${name}.md`),
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
  categorizeByGroup: false,
  defaultCategory: 'Packages',
  categoryOrder: [...Object.keys(guides), 'Packages', '*'],
  searchInDocuments: true,
  navigation: { includeCategories: true, includeGroups: false },
};
