export { p1 } from './p1.ts';
export { p2 } from './p2.ts';
export { p3 } from './p3.ts';
export { p4 } from './p4.ts';
export { p5 } from './p5.ts';
export { p6 } from './p6.ts';
