// All suites in the order in which they begin: what runs each, and the suites without whose success it makes no sense.
import { build, install } from '../workspace.mjs';
import { browser } from './browser.mjs';
import { built } from './built.mjs';
import { consumers } from './consumers.mjs';
import { checkPackages } from './packages.mjs';
import { readmes } from './readmes.mjs';
import { docs, lint, publicNames, types } from './static.mjs';
import { unit } from './unit.mjs';

const one = (step) => async () => ({ [(await step()).code === 0 ? 'passed' : 'failed']: 1 });

/** `always`: also where others are asked for. `alone`: it uses all cores itself. The longest of the others come first. */
export const suites = [
  { name: 'install', run: one(install), needs: [], always: true, alone: true },
  { name: 'build', run: one(build), needs: ['install'], always: true, alone: true },
  { name: 'unit', run: unit, needs: ['build'], alone: true },
  { name: 'built', run: built, needs: ['build'] },
  { name: 'docs', run: docs, needs: ['build'] },
  { name: 'browser', run: browser, needs: ['build'] },
  { name: 'packages', run: checkPackages, needs: ['build'] },
  { name: 'readmes', run: readmes, needs: ['build'] },
  { name: 'consumers', run: consumers, needs: ['build'] },
  { name: 'types', run: types, needs: ['install'] },
  { name: 'interface', run: publicNames, needs: ['install'] },
  { name: 'lint', run: lint, needs: ['install'] },
];
