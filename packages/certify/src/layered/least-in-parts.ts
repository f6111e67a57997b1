import { type FormsInParts, leastOf, type Relaxation } from './backward.ts';
import type { Trace } from './trace.ts';

/** Numbers that the coefficients of one value may hold at a time; forms go back in parts of so many. */
const MOST = 2 ** 21;

/** Lower bounds of forms, some rows at a time so that memory suffices. */
export async function leastInParts(
  trace: Trace,
  forms: FormsInParts,
  relaxation: Relaxation,
  pause: () => Promise<void>,
): Promise<Float64Array> {
  const widest = Math.max(...trace.values.slice(0, forms.at + 1).map(({ size }) => size));
  const rows = Math.max(1, Math.floor(MOST / widest));
  const least = new Float64Array(forms.count);
  const all = Array.from(least.keys());
  for (let from = 0; from < all.length; from += rows) {
    await pause();
    least.set(leastOf(trace, forms.of(all.slice(from, from + rows)), relaxation), from);
  }
  return least;
}
