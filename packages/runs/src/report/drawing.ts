// What a report draws with: a module of its own, so that it is loaded when a report is written, and no other plot comes with it.
export { darkFigures, intervals } from '@advml/plots';
