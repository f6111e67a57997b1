export { c10 } from './c10.ts';
