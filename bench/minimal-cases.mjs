// What ours and bench/peers/minimal.py both attack: the networks of attack-cases.mjs, and how far the closest errors are.
import { carliniWagner, deepFool } from '@advml/attacks';
import { ball, key, l2, linf } from '@advml/core';
import { startOn } from './attack-cases.mjs';

const norms = { l2, linf };
const box = [-3, 3];

const walk = { attack: 'deepFool', options: { steps: 20, overshoot: 0.02 } };
const descent = { attack: 'carliniWagner', network: 'mlp', norm: 'l2', box };
const own = { steps: 60, descents: 5, rate: 0.05, units: 'own' };

/** As the peer reads them. The paper's Carlini-Wagner has no double here: ours need only come as close. */
const described = [
  { name: 'mlp/deepFool/l2', network: 'mlp', norm: 'l2', ...walk },
  { name: 'mlp/deepFool/linf', network: 'mlp', norm: 'linf', ...walk },
  { name: 'cnn/deepFool/l2', network: 'cnn', norm: 'l2', ...walk },
  { name: 'mlp/carliniWagner/l2', ...descent, options: own },
  {
    name: 'mlp/carliniWagner/l2/paper',
    ...descent,
    options: { ...own, steps: 100, descents: 7, rate: 0.02, units: 'paper' },
  },
];

function ours({ attack, norm, box: bounds, options: { steps, descents, rate, overshoot } }, { model, x, y }) {
  const threat = ball(norms[norm], Infinity, bounds && { low: bounds[0], high: bounds[1] });
  const run =
    attack === 'deepFool'
      ? deepFool({ threat, steps, overshoot, lineSearch: 0, polish: 0 })
      : carliniWagner({ threat, steps, descents, rate, lineSearch: 0, polish: 0 });
  return () => {
    const { x: found, success, distance } = run(model, x, y, { key: key('minimal-cases', 0) });
    found.dispose();
    return Array.from(distance, (size, at) => (success[at] ? size : Infinity));
  };
}

/** The cases; `run` gives the distance of each example's closest error; see `startOn`. */
export const startMinimalCases = () => startOn('minimal', described, ours);

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Asks that two attacks find errors as close: robust accuracies within 0.5 points at the median distance, and distances within a
 * share of 1e-3 on average and on 97% of the examples; where the peer is the paper's own way, that ours come as close on average.
 *
 * @param name - The case.
 * @param mine - Distances, infinite where nothing was found.
 * @param theirs - The same of the peer.
 * @returns A sentence with the figures.
 * @throws Error if they differ more.
 */
export function requireAsClose(name, mine, theirs) {
  const radius = theirs.toSorted((a, b) => a - b)[Math.floor(theirs.length / 2)] * 1.0005;
  const [accuracy, other] = [mine, theirs].map((sizes) => sizes.filter((size) => size > radius).length / sizes.length);
  const gaps = mine.map((size, at) => (size === theirs[at] ? 0 : Math.abs(size - theirs[at]) / theirs[at]));
  const near = gaps.filter((gap) => gap <= 1e-3).length / gaps.length;
  const found = `robust accuracy ${accuracy} and ${other} at ${radius.toFixed(3)}; mean distance ${mean(mine).toFixed(4)} and ${mean(theirs).toFixed(4)}; ${(100 * near).toFixed(1)}% within 1e-3`;
  const same = name.endsWith('paper')
    ? accuracy <= other + 0.005 && mean(mine) <= 1.001 * mean(theirs)
    : Math.abs(accuracy - other) <= 0.005 && mean(gaps) <= 1e-3 && near >= 0.97;
  if (!same) throw new Error(`${name}: ${found}`);
  return found;
}
