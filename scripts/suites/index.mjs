// All suites in the order in which they begin: what runs each, and the suites without whose success it makes no sense.
import { pack, packed } from '../pack.mjs';
import { build, install } from '../workspace.mjs';

/** A suite that is loaded when it runs: before that, nothing that it stands on may be installed. */
const from = (file, name) => async (since) => (await import(`./${file}.mjs`))[name](since);
const one = (step) => async () => ({ [(await step()).code === 0 ? 'passed' : 'failed']: 1 });
const packs = async () => ({ passed: (await pack(packed)).length });

/** What every suite stands on: a change of it can change any of them. */
export const common =
  /^(scripts\/|package\.json$|pnpm-|turbo\.json$|tsconfig\.base\.json$|vitest\.config\.ts$|test\/[^/]*\.(mjs|ts)$)/;
const code = /^packages\/[\w-]+\/(src|bin|page|templates|package\.json|README\.md|LICENSE|tsconfig)/;
const any = (...patterns) => new RegExp(patterns.map(({ source }) => source).join('|'));

/**
 * `needs`: they come before it, also where only it is asked for. `alone`: it uses all cores itself, or others need it. The longest of the
 * others come first, and `lts` last, since `consumers` has fetched the engines by then. `sees`: the files, beside those of
 * {@link common}, a change of which can change what comes of it; all where nothing is said.
 */
export const suites = [
  { name: 'install', run: one(install), needs: [], alone: true },
  { name: 'build', run: one(build), needs: ['install'], alone: true },
  { name: 'pack', run: packs, needs: ['build'], alone: true, sees: any(code, /^consumers\//) },
  { name: 'unit', run: from('unit', 'unit'), needs: ['build'], alone: true },
  {
    name: 'built',
    run: from('built', 'built'),
    needs: ['build'],
    sees: any(code, /^(test\/built|docs|bench|README\.md)/),
  },
  {
    name: 'browser',
    run: from('browser', 'browser'),
    needs: ['build'],
    sees: any(code, /\/test\/browser/, /^test\/backends\//, /^examples\//),
  },
  { name: 'docs', run: from('static', 'docs'), needs: ['build'], sees: any(code, /^docs\//, /\.md$/, /typedoc/) },
  { name: 'packages', run: from('packages', 'checkPackages'), needs: ['pack'], sees: code },
  { name: 'publish', run: from('publish', 'publish'), needs: ['pack'], sees: any(code, /^consumers\//) },
  { name: 'consumers', run: from('consumers', 'consumers'), needs: ['pack'], sees: any(code, /^consumers\//) },
  { name: 'readmes', run: from('readmes', 'readmes'), needs: ['build'], sees: any(code, /\.md$/) },
  { name: 'types', run: from('static', 'types'), needs: ['install'], sees: /\.([cm]?[jt]s|tsx|json)$/ },
  {
    name: 'interface',
    run: from('static', 'publicNames'),
    needs: ['install'],
    sees: any(code, /^test\/interface\.txt$/),
  },
  { name: 'lint', run: from('static', 'lint'), needs: ['install'] },
  { name: 'lts', run: from('lts', 'lts'), needs: ['build'], sees: any(code, /^(test\/built|consumers\/engines)/) },
];
