// Projected gradient ascent in l2 on a sum of ridge functions, f(x) = sum over i of a(<w_i, x>), in the space of its
// preactivations u = W x. A gradient is W^T c with c_i = a'(u_i), so a step along it moves u by G c with G = W W^T: no step
// needs an input. Every a is odd and piecewise linear, so c, and with it G c, changes only where an entry passes a knot.
import { multiplyAdd } from './lanes';

/** Share of the absolute sum of outputs that their sum must exceed for an early stop: above its rounding. */
const SURE: f64 = 1e-5;

/** What is kept of every neuron: eight arrays of numbers, and a list of neurons; and four lanes. */
export function ridgeAscentBytes(m: u32): u32 {
  return 9 * (((m + 3) & ~3) << 2) + 16;
}

/** Pieces of `a`: [knots], ascending and as sizes of u; then [knots + 1] slopes, from the innermost piece outwards. */
// @ts-ignore: decorator
@inline
function slopeOf(pieces: usize, knots: u32, piece: u32): f32 {
  return load<f32>(pieces + ((knots + piece) << 2));
}

/** The piece that a preactivation of this size is on. */
function pieceOf(size: f32, pieces: usize, knots: u32): u32 {
  let piece: u32 = 0;
  while (piece < knots && size > load<f32>(pieces + (piece << 2))) piece++;
  return piece;
}

/** a(u) of a preactivation u >= 0. */
function heightOf(size: f64, pieces: usize, knots: u32): f64 {
  let height: f64 = 0, from: f64 = 0;
  for (let piece: u32 = 0; piece <= knots; piece++) {
    const knot = piece < knots ? <f64>load<f32>(pieces + (piece << 2)) : Infinity;
    const slope = <f64>slopeOf(pieces, knots, piece);
    if (!(size > knot)) return height + slope * (size - from);
    height += slope * (knot - from);
    from = knot;
  }
  return height;
}

/** to[m] += factor * from[m]. */
function addRow(m: u32, factor: f32, from: usize, to: usize): void {
  const by = f32x4.splat(factor);
  const end = from + ((m & ~3) << 2), last = from + (m << 2);
  for (; from < end; from += 16) {
    v128.store(to, multiplyAdd(v128.load(to), by, v128.load(from)));
    to += 16;
  }
  for (; from < last; from += 4) {
    store<f32>(to, load<f32>(to) + factor * load<f32>(from));
    to += 4;
  }
}

// @ts-ignore: decorator
@inline
function sumOfLanes(v: v128): f64 {
  return <f64>f32x4.extract_lane(v, 0) + <f64>f32x4.extract_lane(v, 1) + <f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3);
}

/**
 * One example's ascent of `sign * f`, over the ball around its input.
 *
 * u0[m] and u[m] are its preactivations at the input and at the start, `begun` the size of the start's perturbation delta_0.
 * shares[steps], of doubles, are the lengths of the steps as shares of the radius.
 * `attacked` are the pieces of the network that must be fooled: it is once sign * f >= 0. `followed` are those whose gradient is
 * followed: `turns` functions, one after the other, each for `turn` steps but for the last, which has the rest; all have as many knots.
 * gram[m, m] is G; sums[m] are its row sums, which are read if the innermost slope of the first of `followed` is not 0.
 *
 * The result is the perturbation scale * delta_0 + W^T q: the iterate where sign * f was largest, or the last one. q[m] is
 * written, and report[4]: scale, sign * f there, gradients taken, and whether a gradient was zero, which ends the ascent.
 */
export function ridgeAscent(
  m: u32, steps: u32, shares: usize, radius: f64, begun: f64, sign: f32, wantBest: bool, stopEarly: bool,
  u0: usize, u: usize, gram: usize, sums: usize, attacked: usize, attackedKnots: u32, followed: usize, followedKnots: u32, turn: u32, turns: u32,
  q: usize, report: usize, work: usize,
): void {
  const bytes: usize = ((m + 3) & ~3) << 2;
  const origin = work, moved = origin + bytes, v = moved + bytes, c = v + bytes, low = c + bytes, high = low + bytes;
  const now = high + bytes, best = now + bytes, changed = best + bytes;
  const lanes = changed + bytes;
  const inner = slopeOf(followed, followedKnots, 0), innermost = followedKnots > 0 ? load<f32>(followed) : <f32>Infinity;
  const still = attackedKnots > 0 && slopeOf(attacked, attackedKnots, 0) == 0 ? f32x4.splat(load<f32>(attacked)) : f32x4.splat(-1);

  memory.fill(work, 0, 8 * bytes);
  memory.copy(origin, u0, m << 2);
  for (let at: usize = 0; at < m << 2; at += 4) {
    store<f32>(moved + at, load<f32>(u + at) - load<f32>(u0 + at));
    store<f32>(c + at, sign * inner);
  }
  // Every neuron begins on the innermost piece; the first look finds those that are not there.
  for (let at: usize = 0; at < bytes; at += 4) {
    store<f32>(low + at, -1);
    store<f32>(high + at, innermost);
  }
  if (inner != 0) addRow(m, sign * inner, sums, v);

  let square = begun * begun, scale: f64 = 1, beta: f32 = 0, shrink: f32 = 1;
  let reached: f64 = -Infinity, scaleAtBest: f64 = 1, taken = steps, flat = false;
  for (let step: u32 = 0; ; step++) {
    if (turns > 1 && step > 0 && step % turn == 0) {
      turns--;
      followed += (2 * followedKnots + 1) << 2;
      // No neuron is where it was thought to be: all are looked at.
      for (let at: usize = 0; at < m << 2; at += 4) store<f32>(low + at, <f32>Infinity);
    }
    // Move, sum the outputs, and list the neurons that left their piece.
    const by = f32x4.splat(beta), to = f32x4.splat(shrink);
    let output: f64 = 0, size: f64 = 0, changes: usize = changed;
    for (let at: usize = 0; at < bytes; at += 16) {
      const d = f32x4.mul(to, multiplyAdd(v128.load(moved + at), by, v128.load(v + at)));
      v128.store(moved + at, d);
      v128.store(now + at, f32x4.mul(to, multiplyAdd(v128.load(now + at), by, v128.load(c + at))));
      const x = f32x4.add(v128.load(origin + at), d), a = f32x4.abs(x);
      const inside = v128.and(f32x4.gt(a, v128.load(low + at)), f32x4.le(a, v128.load(high + at)));
      const left = i32x4.bitmask(inside) ^ 15;
      const open = i32x4.bitmask(v128.not(f32x4.le(a, still)));
      if ((left | open) == 0) continue;
      v128.store(lanes, x); // to pick them by number
      for (let bits = left; bits != 0; bits &= bits - 1) {
        store<u32>(changes, <u32>(at >> 2) + ctz(bits));
        changes += 4;
      }
      for (let bits = open; bits != 0; bits &= bits - 1) {
        const u = load<f32>(lanes + (ctz(bits) << 2)), height = heightOf(<f64>abs(u), attacked, attackedKnots);
        output += u < 0 ? -height : height;
        size += height;
      }
    }

    if (wantBest) {
      const progress = <f64>sign * output;
      if (progress > reached) {
        reached = progress;
        scaleAtBest = scale;
        memory.copy(best, now, bytes);
      }
      if (stopEarly && reached > SURE * size) {
        taken = min(step + 1, steps);
        break;
      }
    }
    if (step == steps) break;

    for (let entry: usize = changed; entry < changes; entry += 4) {
      const neuron = load<u32>(entry), at = <usize>neuron << 2;
      if (neuron >= m) continue;
      const piece = pieceOf(abs(load<f32>(origin + at) + load<f32>(moved + at)), followed, followedKnots);
      const slope = sign * slopeOf(followed, followedKnots, piece);
      if (slope != load<f32>(c + at)) addRow(m, slope - load<f32>(c + at), gram + at * m, v);
      store<f32>(c + at, slope);
      store<f32>(low + at, piece > 0 ? load<f32>(followed + ((piece - 1) << 2)) : -1);
      store<f32>(high + at, piece < followedKnots ? load<f32>(followed + (piece << 2)) : <f32>Infinity);
    }

    let cv = f32x4.splat(0), cd = cv;
    for (let at: usize = 0; at < bytes; at += 16) {
      const by = v128.load(c + at);
      cv = multiplyAdd(cv, by, v128.load(v + at));
      cd = multiplyAdd(cd, by, v128.load(moved + at));
    }
    const norm = sqrt(sumOfLanes(cv)); // of the gradient W^T c
    if (!(norm > 0) || norm == Infinity) {
      taken = step + 1;
      flat = true;
      break;
    }
    const length = radius * load<f64>(shares + (step << 3)), ratio = length / norm;
    square += 2 * ratio * sumOfLanes(cd) + length * length;
    let share: f64 = 1;
    if (square > radius * radius) {
      share = radius / sqrt(square);
      square = radius * radius;
    }
    scale *= share;
    beta = <f32>ratio;
    shrink = <f32>share;
  }

  memory.copy(q, wantBest ? best : now, m << 2);
  store<f64>(report, wantBest ? scaleAtBest : scale);
  store<f64>(report, reached, 8);
  store<f64>(report, taken, 16);
  store<f64>(report, <f64>flat, 24);
}
