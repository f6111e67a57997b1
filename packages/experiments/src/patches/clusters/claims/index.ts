export { p11 } from './p11.ts';
export { p12 } from './p12.ts';
export { p13 } from './p13.ts';
