export { c11 } from './c11.ts';
