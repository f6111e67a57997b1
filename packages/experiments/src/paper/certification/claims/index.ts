export { c17 } from './c17.ts';
export { c18 } from './c18.ts';
export { c19 } from './c19.ts';
export { c20 } from './c20.ts';
