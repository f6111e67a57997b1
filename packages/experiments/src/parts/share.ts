import type { Proportion } from '@advml/metrics';
import type { Finding } from './claim-rule.ts';

/** A proportion as a claim's number with its Clopper-Pearson interval. */
export function share({ value, low, high }: Proportion): Pick<Finding, 'value' | 'interval'> {
  return { value, interval: [low, high] };
}
