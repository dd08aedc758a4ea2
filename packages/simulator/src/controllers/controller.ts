import type { Cell } from '../api/cell.js';

/** What runs beside the API and can be stopped. */
export interface Controller {
  stop(): void;
}

/** What every controller of the cell works with. */
export interface ControllerDeps {
  cell: Cell;
  /** Called with what a controller could not do; it goes on with other work. */
  onError: (error: unknown) => void;
  /** Milliseconds of simulated work, scaled by the cell's speed. */
  scaled: (ms: number) => number;
}
