// What ours and bench/peers/battery.py both attack: the network of images of attack-cases.mjs.
import { autoAttack } from '@advml/attacks';
import { ball, key, linf } from '@advml/core';
import { startOn } from './attack-cases.mjs';

/** Both begin their ascents at random points of their own, so that they may part on one example in a hundred. */
const TOLERANCE = 0.01;

function ours({ eps, box: [low, high], options }, { model, x, y }) {
  const attack = autoAttack({ threat: ball(linf, eps, { low, high }), ...options });
  return () => {
    const { x: worst, success } = attack(model, x, y, { key: key('battery-cases', 0) });
    worst.dispose();
    return success.map((fooled) => (fooled ? 1 : -1));
  };
}

/**
 * The battery's cases.
 *
 * @param options - Steps, queries and targets.
 * @returns `cases`, whose `run` gives 1 for an example that is fooled and -1 for one that stands, and `torch`; see `startOn`.
 */
export const startBattery = (options) => {
  const common = { network: 'cnn', box: [-3, 3], options };
  const described = [0.04, 0.08].map((eps) => ({ name: `cnn/${eps}`, eps, ...common }));
  return startOn('battery', described, ours);
};

/**
 * Asks that two batteries came to the same robust accuracy.
 *
 * @param name - The case, for the message.
 * @param mine - As `run` gives it.
 * @param theirs - The same of the peer.
 * @returns A sentence with the figures.
 * @throws Error if they differ by more than a point.
 */
export function requireSameAccuracy(name, mine, theirs) {
  const [own, other] = [mine, theirs].map((all) => all.filter((one) => one < 0).length / all.length);
  const found = `robust accuracy ${own} and ${other}`;
  if (!(Math.abs(own - other) <= TOLERANCE)) throw new Error(`${name}: ${found}`);
  return found;
}
