// What the module offers to TypeScript. It works on the heap of the tfjs backend: every buffer is a pointer in bytes
// that the caller owns, so there is no static data, no allocation and no stack in here.
export { balance, countByExample, countByNeuron, listByExample, listByNeuron, thresholdSlopes } from './active';
export { depthwiseFilterGrad, depthwiseInputGrad, repeatEach, sumEach } from './depthwise';
export { packedProduct } from './doubles';
export { normalBytes, normalFromWords, uniformFromWords } from './draws';
export { extremes } from './extremes';
export { gather, gatherBytes } from './gather';
export { gemm, gemmBytes } from './gemm';
export { addCentred, normalize } from './normalization';
export { fold, unfold } from './patches';
export { peak } from './peak';
export { ballSums, freeGradient, projectLinf, shrinkInto } from './perturbations';
export { poolGrad } from './pooling';
export { reflectRows, reflectRowsBytes } from './reflections';
export { ridgeAscent, ridgeAscentBytes } from './ridge-ascent';
export { add } from './runs';
export { scores } from './scores';
export { listNonzeros, sparseGather, sparseProduct, sparseProductBytes } from './sparse';
export { addMiddle, addRows, addSegments } from './sums';
export { keyWords } from './threefry';
export { reducePanel } from './tridiagonal';
