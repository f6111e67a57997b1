import { multiplyAdd } from './lanes';

/**
 * Multiplies and adds in registers only, to see what a processor can do at most: twelve independent sums of four
 * numbers, each of which grows `rounds` times. That is 96 operations a round.
 *
 * @returns A number that depends on all of them, so that none is left out.
 */
export function peak(rounds: u32): f32 {
  // From an argument, since newer versions of V8 make constants afresh at each use.
  const one = <f32>(rounds > 0);
  const a = f32x4.splat(one / 2), b = f32x4.splat(one);
  let s0 = a, s1 = b, s2 = a, s3 = b, s4 = a, s5 = b, s6 = a, s7 = b, s8 = a, s9 = b, s10 = a, s11 = b;
  for (; rounds > 0; rounds--) {
    s0 = multiplyAdd(b, s0, a);
    s1 = multiplyAdd(b, s1, a);
    s2 = multiplyAdd(b, s2, a);
    s3 = multiplyAdd(b, s3, a);
    s4 = multiplyAdd(b, s4, a);
    s5 = multiplyAdd(b, s5, a);
    s6 = multiplyAdd(b, s6, a);
    s7 = multiplyAdd(b, s7, a);
    s8 = multiplyAdd(b, s8, a);
    s9 = multiplyAdd(b, s9, a);
    s10 = multiplyAdd(b, s10, a);
    s11 = multiplyAdd(b, s11, a);
  }
  const low = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  const middle = f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7));
  const high = f32x4.add(f32x4.add(s8, s9), f32x4.add(s10, s11));
  return f32x4.extract_lane(f32x4.add(low, f32x4.add(middle, high)), 0);
}
