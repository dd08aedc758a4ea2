export { createProgram, run } from './program.js';
export type { Context } from './context.js';
