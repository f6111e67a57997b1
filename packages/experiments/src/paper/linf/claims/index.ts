export { c12 } from './c12.ts';
