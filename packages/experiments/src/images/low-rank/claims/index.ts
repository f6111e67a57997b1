export { c13 } from './c13.ts';
