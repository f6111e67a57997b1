export { c9 } from './c9.ts';
