export { c16 } from './c16.ts';
