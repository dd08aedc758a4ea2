export type * from './model.js';
export * from './errors.js';
