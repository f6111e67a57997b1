/**
 * Proofs that no attack exists: lower bounds of the margin over all perturbations of a threat.
 *
 * @packageDocumentation
 */
export {};
