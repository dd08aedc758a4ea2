/** Starts the rooms of a house in their order, and stops them in the reverse order. */
import type { Logger } from './log.js';
import type { House } from './room.js';
import { every } from './process/timer.js';

export interface HouseOptions {
  log: Logger;
  /** Whether this copy of the program works on runs; loops of workers are left out otherwise. */
  works: boolean;
  /** Takes what undoes each step of the start, in order; the caller calls them in reverse, also when the start fails half-way. */
  onStarted: (stop: () => Promise<void>) => void;
}

/** Rooms first, one after the other; then their loops. @throws what the start of a room throws; the rooms after that are not started */
export async function startHouse(house: House, { log, works, onStarted }: HouseOptions): Promise<void> {
  for (const room of house.rooms) {
    // Before the start: what a start that fails half-way leaves is ended too.
    if (room.stop !== undefined) onStarted(async () => room.stop?.());
    await room.start?.(house);
  }
  const loops = house.loops
    .filter(({ byWorkers }) => works || byWorkers !== true)
    .map(({ everyMs, complaint, work }) => every(everyMs, log, complaint, work));
  // No turn begins after this, and all turns under way are waited for together: a stop has few seconds.
  onStarted(async () => void (await Promise.all(loops.toReversed().map((loop) => loop.stop()))));
}
