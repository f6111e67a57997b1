export { c4 } from './c4.ts';
export { c5 } from './c5.ts';
export { c14 } from './c14.ts';
