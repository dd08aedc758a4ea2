export type * from './json.js';
export type * from './problem.js';
export * from './model.js';
export * from './expression/fragment.js';
export type * from './workflow/model.js';
