/**
 * Runs kept in folders of a disk; Node only, so that the main entry also loads in a page.
 *
 * @packageDocumentation
 */
export { diskStore } from './run/disk-store.ts';
