// The newest Node with long-term support: every entry point of the built packages, and the quick ones of their tests.
import { engines } from '../engines.mjs';
import { testsOn } from './built.mjs';

const quick = ['packages', 'gradients', 'attacks', 'formats'].map((name) => `${name}.test.mjs`);

/** Skipped where there is none for this machine. */
export async function lts() {
  const { node } = await engines();
  return node ? testsOn(node[0], quick) : { skipped: 1 };
}
