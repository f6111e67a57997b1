/** A straight map from one interval to another, cut off at its ends. */
export function linear([from, to]: readonly [number, number], [low, high]: readonly [number, number]) {
  return (value: number): number => {
    const share = Math.min(1, Math.max(0, (value - from) / (to - from || 1)));
    return Math.round(10 * (low + share * (high - low))) / 10;
  };
}

/** About so many round numbers within an interval. */
export function niceTicks([from, to]: readonly [number, number], count: number): readonly number[] {
  const rough = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toFixed(10)));
}
