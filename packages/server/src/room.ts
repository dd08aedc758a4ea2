/**
 * A room of the server and what it gives to the house: its handlers, stages, background loops, numbers for the monitor and hooks are
 * one value, so that adding a room is one file (`<room>/room.ts`) and one line in `compose.ts`.
 */
import { type Handlers, operations } from '@cellplane/api';
import type { Follower } from './events/follow.js';
import type { WorkKind } from './work/kind.js';
import type { CellCheckPlan, ExpectedObjectOf, RunEnded, Stage, SubjectsLocked, TextCheck } from './engine/model.js';

export interface Room {
  /** Unique; its folder's name. */
  name: string;
  /** Operations of the API that this room answers. Each operation has exactly one room. */
  handlers?: Partial<Handlers>;
  /** Stages of runs, before and after the workflow. The name of a stage is stored with runs, and is unique in the house. */
  stages?: readonly Stage[];
  /** Kinds of long work, see work/kind.ts. The name of a kind is stored with its work, and is unique in the house. */
  workKinds?: readonly WorkKind[];
  loops?: readonly Loop[];
  gauges?: readonly Gauge[];
  counters?: readonly Counter[];
  hooks?: Partial<Hooks>;
  /** Followers of events (docs/events.md). */
  followers?: readonly Follower[];
  /** Called once, rooms in order, before any loop begins. `house`: what all rooms give together. */
  start?(house: House): Promise<void>;
  /** Called once, also where `start` failed; rooms in reverse order, after all loops have stopped. */
  stop?(): Promise<void>;
}

/** Background work that is done again and again, see `every` in process/timer.ts. */
interface Loop {
  /** Unique in the house. */
  name: string;
  /** Pause between the end of one turn and the begin of the next. Milliseconds. */
  everyMs: number;
  /** The log line for a turn that fails; the loop goes on. */
  complaint: string;
  work: () => Promise<void>;
  /** Only in copies of the program that work on runs (CELLPLANE_WORK). @default all copies */
  byWorkers?: true;
}

/** A number that is read whenever a monitor asks; with `label`, one for each value of that label. */
export type Gauge =
  | { name: string; help: string; read: () => Promise<number> }
  | { name: string; help: string; label: string; read: () => Promise<Record<string, number>> };

/** A number that only grows while the process runs. */
interface Counter {
  name: string;
  help: string;
  read: () => number;
}

/** What the engine asks of the domain. */
interface Hooks {
  /** A run has ended. Every room that has this hook is called, in order, in the transaction that ends the run. */
  runEnded: RunEnded;
  /** What is locked before that, and before the runs' own rows. Given by one room at most. */
  lockSubjects: SubjectsLocked;
  /** How the process that watches a cell checks its health. Given by one room at most. */
  cellCheck: CellCheckPlan;
  /** Given by one room at most. */
  checkTexts: TextCheck;
  /** Given by one room at most. */
  expectedObject: ExpectedObjectOf;
}

/** What all rooms give together. */
export interface House {
  rooms: readonly Room[];
  /** One for every operation of the API. */
  handlers: Handlers;
  stages: Stage[];
  workKinds: WorkKind[];
  loops: Loop[];
  gauges: Gauge[];
  counters: Counter[];
  followers: Follower[];
  hooks: Pick<Hooks, 'runEnded'> & Partial<Hooks>;
}

/**
 * Merges rooms, in their order.
 * @throws Error if a room, handler, stage, loop, follower, number or hook is named twice, or an operation of the API has no handler; the error
 * tells the name and the rooms
 */
export function mergeRooms(rooms: readonly Room[], expected: readonly string[] = Object.keys(operations)): House {
  const once = namedOnce();
  for (const room of rooms) {
    once('room', room.name, room.name);
    for (const name of Object.keys(room.handlers ?? {})) once('handler', name, room.name);
    for (const { name } of room.stages ?? []) once('stage', name, room.name);
    for (const { name } of room.workKinds ?? []) once('kind of work', name, room.name);
    for (const { name } of room.loops ?? []) once('loop', name, room.name);
    for (const { name } of room.followers ?? []) once('follower', name, room.name);
    for (const { name } of [...(room.gauges ?? []), ...(room.counters ?? [])]) once('metric', name, room.name);
    for (const name of Object.keys(room.hooks ?? {})) if (name !== 'runEnded') once('hook', name, room.name);
  }
  const handlers = Object.assign({}, ...rooms.map((room) => room.handlers)) as Handlers;
  const missing = expected.filter((name) => !Object.hasOwn(handlers, name));
  if (missing.length > 0) throw new Error(`no room has a handler for ${missing.join(', ')}`);
  const unknown = Object.keys(handlers).filter((name) => !expected.includes(name));
  if (unknown.length > 0) throw new Error(`the API has no operation for the handlers ${unknown.join(', ')}`);
  const ends = rooms.flatMap(({ hooks }) => hooks?.runEnded ?? []);
  return {
    rooms,
    handlers,
    stages: rooms.flatMap(({ stages = [] }) => stages),
    workKinds: rooms.flatMap(({ workKinds = [] }) => workKinds),
    loops: rooms.flatMap(({ loops = [] }) => loops),
    gauges: rooms.flatMap(({ gauges = [] }) => gauges),
    counters: rooms.flatMap(({ counters = [] }) => counters),
    followers: rooms.flatMap(({ followers = [] }) => followers),
    hooks: {
      ...(Object.assign({}, ...rooms.map(({ hooks }) => hooks)) as Partial<Hooks>),
      runEnded: async (tx, ended) => {
        for (const end of ends) await end(tx, ended);
      },
    },
  };
}

/** Remembers which room has a name, and throws when another room, or the same one again, has it too. */
function namedOnce(): (what: string, name: string, room: string) => void {
  const owners = new Map<string, string>();
  return (what, name, room) => {
    const key = `${what} ${name}`;
    const owner = owners.get(key);
    if (owner !== undefined) throw new Error(`${key} is given twice: by the room ${owner} and by the room ${room}`);
    owners.set(key, room);
  };
}
