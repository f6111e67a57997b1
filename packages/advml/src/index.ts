/**
 * The `advml` command. The library is in the `@advml/*` packages; this one only joins them at a terminal.
 *
 * @packageDocumentation
 */
export { main } from './main.ts';
