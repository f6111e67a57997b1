/** More inputs than this, and a dense dictionary over them does not fit into the backend. */
export const LARGEST_DIMENSION = 8192;

/** What decides how long a row of a tensor is: inputs or neurons. */
interface Sized {
  readonly data: { readonly dimension: number };
  readonly network: { readonly neurons: number };
}

/** Length of the row of an example, as it goes into the network or comes out of its neurons. */
export const rowOf = ({ data, network }: Sized): number => Math.max(data.dimension, network.neurons);
