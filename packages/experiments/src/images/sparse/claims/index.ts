export { c15 } from './c15.ts';
