export { c1 } from './c1.ts';
export { c2 } from './c2.ts';
export { c3 } from './c3.ts';
