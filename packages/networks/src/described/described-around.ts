import type { Json, Network, NetworkDescription } from '@advml/core';

/** What a network says that is made around another, unless that one cannot say what it is. */
export function describedAround(
  kind: string,
  network: Network,
  options: Readonly<Record<string, Json>> = {},
): NetworkDescription | undefined {
  const within = network.describe?.();
  return within && { kind, ...options, network: within };
}
