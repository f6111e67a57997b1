/** More inputs than this, and a dense dictionary over them does not fit into the backend. */
export const LARGEST_DIMENSION = 8192;

/** Entries of the largest tensor that a run may take: 256 MB of float32, of which the backend can hold a few. */
export const ENTRIES = 2 ** 26;
