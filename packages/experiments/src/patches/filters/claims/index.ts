export { p7 } from './p7.ts';
export { p8 } from './p8.ts';
export { p9 } from './p9.ts';
export { p10 } from './p10.ts';
