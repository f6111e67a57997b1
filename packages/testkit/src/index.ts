/**
 * What the tests of advml share: conformance suites, models with known answers, matchers, checks of memory.
 *
 * @packageDocumentation
 */

// Conformance suites
export { type AttackSuiteOptions, describeAttack } from './describe-attack.ts';
export { describeNetwork, type NetworkSuiteOptions } from './describe-network.ts';
export { describeNorm } from './describe-norm.ts';
export { describeOptimizer, type OptimizerSuiteOptions } from './describe-optimizer.ts';
// Checks
export { later } from './describe-later.ts';
export { expectNoLeak } from './expect-no-leak.ts';
export { closestInPlane, type PlaneSearch } from './closest-in-plane.ts';
export { finiteDifference } from './finite-difference.ts';
// Models whose worst case is known
export { type LinearModel, linearLogits, linearScore } from './linear-models.ts';
export { linearWorstCase } from './linear-worst-case.ts';
export { type NearestNeighbour, nearestNeighbour } from './nearest-neighbour.ts';
export { type QuadraticModel, quadraticScore } from './quadratic-score.ts';
export { type Numbers, numbersOf, type Tolerance } from './matchers.ts';
export type { ReluNetOptions } from './relu-layers.ts';
export { reluNet } from './relu-net.ts';
export { type SmallNetwork, smallNetworks } from './small-networks.ts';
