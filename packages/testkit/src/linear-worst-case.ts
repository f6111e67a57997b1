import type { Threat } from '@advml/core';

/** How far an entry may move in the direction it is pushed, given box and mask. */
function rooms(push: readonly number[], x: readonly number[], { box, mask }: Threat): number[] {
  const inBox = push.map((value, at) => (box ? (value > 0 ? box.high - x[at] : x[at] - box.low) : Infinity));
  return mask ? inBox.map((room, at) => (mask[at] ? room : 0)) : inBox;
}

/** l1: spend the radius on the entries that pay most, each up to its room. */
function spend(push: readonly number[], room: readonly number[], eps: number): number[] {
  const delta = push.map(() => 0);
  const order = push.map((_, at) => at).sort((a, b) => Math.abs(push[b]) - Math.abs(push[a]));
  let left = eps;
  for (const at of order) {
    const amount = Math.min(left, room[at]);
    delta[at] = Math.sign(push[at]) * amount;
    left -= amount;
  }
  return delta;
}

/** l0: move the entries that gain most, each as far as it may; more than that is not to be had. */
function moveFew(push: readonly number[], room: readonly number[], eps: number): number[] {
  const delta = push.map(() => 0);
  const gain = (at: number) => (push[at] === 0 ? 0 : Math.abs(push[at]) * room[at]);
  const order = push.map((_, at) => at).sort((a, b) => gain(b) - gain(a));
  for (const at of order.slice(0, Math.floor(eps))) delta[at] = Math.sign(push[at]) * room[at];
  return delta;
}

/** l2: move along the push, each entry up to its room, as far as the radius allows (one dual variable, by bisection). */
function stretch(push: readonly number[], room: readonly number[], eps: number): number[] {
  const largest = Math.max(...push.map(Math.abs));
  const at = (length: number) =>
    push.map((value, j) => Math.sign(value) * Math.min((length * Math.abs(value)) / largest, room[j]));
  const size = (delta: readonly number[]) => Math.hypot(...delta);
  const smallest = Math.min(...push.filter((value) => value !== 0).map(Math.abs));
  let [low, high] = [0, (eps * largest) / smallest];
  if (size(at(high)) <= eps) return at(high);
  for (let round = 0; round < 200; round++) {
    const middle = (low + high) / 2;
    if (size(at(middle)) > eps) high = middle;
    else low = middle;
  }
  return at(low);
}

/**
 * The allowed perturbation that raises a linear function most, in double precision.
 *
 * ```math
 * \operatorname*{argmax}_{\|\delta\| \le \varepsilon,\; l \le x + \delta \le u} \langle c, \delta \rangle
 * ```
 *
 * In l-infinity each entry moves as far as it may; in l1 the radius is spent on the entries with the largest `|c|`, in l0 on those that gain most up to the box;
 * in l2 the perturbation follows `c`, cut at the box. Entries that a mask holds stay.
 *
 * @param push - The coefficients `c`.
 * @param x - The input, inside the box if there is one.
 * @param threat - What is allowed.
 * @returns The perturbation.
 */
export function linearWorstCase(push: readonly number[], x: readonly number[], threat: Threat): number[] {
  const room = rooms(push, x, threat);
  if (push.every((value) => value === 0)) return push.map(() => 0);
  switch (threat.norm.name) {
    case 'l0':
      return moveFew(push, room, threat.eps);
    case 'linf':
      return push.map((value, at) => Math.sign(value) * Math.min(threat.eps, room[at]));
    case 'l1':
      return spend(push, room, threat.eps);
    case 'l2':
      return stretch(push, room, threat.eps);
  }
}
