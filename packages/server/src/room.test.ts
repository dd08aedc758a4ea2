import { expect, it } from 'vitest';
import type { Transaction } from './database/database.js';
import type { EndedRun, Stage } from './engine/model.js';
import { startHouse } from './house.js';
import { createMetrics } from './http/metrics.js';
import { silentLogger } from './log.js';
import { mergeRooms, type Room } from './room.js';
import type { WorkKind } from './work/kind.js';

const answer = () => Promise.reject(new Error('not called'));
const stage = (name: string): Stage => ({ name, title: name, run: () => Promise.resolve({ done: true }) });
const workKind = (name: string): WorkKind => ({ name, secretsOf: () => [], failure: () => name, perform: answer });
const loop = (name: string, work: () => Promise<void> = () => Promise.resolve()) => ({ name, everyMs: 1, complaint: name, work });
const follower = (name: string) => ({ name, kinds: [], handle: () => Promise.resolve() });
const gauge = (name: string, value = 1) => ({ name, help: name, read: () => Promise.resolve(value) });

it('merges what rooms give, in their order', () => {
  const house = mergeRooms(
    [
      { name: 'a', handlers: { signin: answer }, stages: [stage('one')], loops: [loop('x')], gauges: [gauge('g')] },
      {
        name: 'b',
        handlers: { refreshToken: answer },
        stages: [stage('two')],
        workKinds: [workKind('w')],
        counters: [{ name: 'c', help: 'c', read: () => 2 }],
      },
    ],
    ['refreshToken', 'signin'],
  );
  expect(Object.keys(house.handlers)).toEqual(['signin', 'refreshToken']);
  expect(house.stages.map(({ name }) => name)).toEqual(['one', 'two']);
  expect(house.workKinds.map(({ name }) => name)).toEqual(['w']);
  expect(house.loops.map(({ name }) => name)).toEqual(['x']);
  expect([...house.gauges, ...house.counters].map(({ name }) => name)).toEqual(['g', 'c']);
});

it('refuses a handler that is named twice, is missing, or is no operation of the API', () => {
  const a: Room = { name: 'a', handlers: { signin: answer } };
  expect(() => mergeRooms([a, { name: 'b', handlers: { signin: answer } }], ['signin'])).toThrow(
    'handler signin is given twice: by the room a and by the room b',
  );
  expect(() => mergeRooms([a], ['signin', 'revokeToken', 'describeUser'])).toThrow('no room has a handler for revokeToken, describeUser');
  expect(() => mergeRooms([a], [])).toThrow('the API has no operation for the handlers signin');
  // Without a list, the operations are those of the API.
  expect(() => mergeRooms([a])).toThrow(/no room has a handler for .*describeInstanceProgress/);
});

it.each<[string, Room, Room]>([
  ['room a', { name: 'a' }, { name: 'a' }],
  ['stage s', { name: 'a', stages: [stage('s')] }, { name: 'b', stages: [stage('s')] }],
  ['kind of work k', { name: 'a', workKinds: [workKind('k')] }, { name: 'b', workKinds: [workKind('k')] }],
  ['loop l', { name: 'a', loops: [loop('l')] }, { name: 'b', loops: [loop('l')] }],
  ['follower f', { name: 'a', followers: [follower('f')] }, { name: 'b', followers: [follower('f')] }],
  ['metric m', { name: 'a', gauges: [gauge('m')] }, { name: 'b', counters: [{ name: 'm', help: 'h', read: () => 1 }] }],
  ['hook expectedObject', { name: 'a', hooks: { expectedObject: answer } }, { name: 'b', hooks: { expectedObject: answer } }],
])('refuses that %s is named twice', (what, one, other) => {
  expect(() => mergeRooms([one, other], [])).toThrow(`${what} is given twice: by the room a and by the room ${other.name}`);
});

it('tells each room of the end of a run, one after the other, and stops at the first that fails', async () => {
  const told: string[] = [];
  const room = (name: string, fails = false): Room => ({
    name,
    hooks: {
      runEnded: (_tx, { outcome }) => {
        told.push(`${name} ${outcome}`);
        return fails ? Promise.reject(new Error(`${name} fails`)) : Promise.resolve();
      },
    },
  });
  const { hooks } = mergeRooms([room('a'), { name: 'none' }, room('b', true), room('c')], []);
  await expect(hooks.runEnded({} as Transaction, { outcome: 'Failed' } as EndedRun)).rejects.toThrow('b fails');
  expect(told).toEqual(['a Failed', 'b Failed']);
});

/** A room that writes down what becomes of it. */
function noted(events: string[], name: string): Room {
  return {
    name,
    start: (house) => Promise.resolve(void events.push(`start ${name} of ${house.rooms.length}`)),
    stop: () => Promise.resolve(void events.push(`stop ${name}`)),
  };
}

/** Starts a house; answers what stops it. */
async function started(rooms: Room[], works: boolean, stops: (() => Promise<void>)[] = []): Promise<() => Promise<void>> {
  await startHouse(mergeRooms(rooms, []), { log: silentLogger, works, onStarted: (stop) => void stops.push(stop) });
  return async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  };
}

it('starts rooms in order before their loops, and stops the loops before the rooms, in reverse', async () => {
  const events: string[] = [];
  let turned: () => void = () => {};
  const turn = new Promise<void>((resolve) => {
    turned = resolve;
  });
  const [a, b] = [noted(events, 'a'), noted(events, 'b')];
  const work = () => {
    if (events.at(-1) !== 'turn') events.push('turn');
    turned();
    return Promise.resolve();
  };
  const stop = await started([{ ...a, loops: [loop('l', work)] }, b], true);
  await turn;
  await stop();
  expect(events).toEqual(['start a of 2', 'start b of 2', 'turn', 'stop b', 'stop a']);
});

it('does not begin loops of workers in a copy that does not work', async () => {
  const turns: string[] = [];
  let seen: () => void = () => {};
  const twice = new Promise<void>((resolve) => {
    seen = resolve;
  });
  const note = (name: string) => loop(name, () => (turns.push(name), turns.length === 2 ? seen() : undefined, Promise.resolve()));
  const stop = await started([{ name: 'a', loops: [{ ...note('worker'), byWorkers: true }, note('all')] }], false);
  await twice;
  await stop();
  expect(new Set(turns)).toEqual(new Set(['all']));
});

it('lets whoever starts it undo a start that fails half-way', async () => {
  const events: string[] = [];
  const [a, b] = [noted(events, 'a'), noted(events, 'b')];
  const stops: (() => Promise<void>)[] = [];
  const failing = { ...b, start: () => Promise.reject(new Error('b cannot')) };
  await expect(started([a, failing, { ...a, name: 'c' }], true, stops)).rejects.toThrow('b cannot');
  for (const stop of stops.toReversed()) await stop();
  expect(events).toEqual(['start a of 3', 'stop b', 'stop a']);
});

it('shows gauges and counters of the rooms to the monitor', async () => {
  const house = mergeRooms(
    [
      {
        name: 'a',
        gauges: [gauge('plain', 3), { name: 'labelled', help: 'h', label: 'cell', read: () => Promise.resolve({ k1: 4 }) }],
        counters: [{ name: 'counted_total', help: 'h', read: () => 5 }],
      },
    ],
    [],
  );
  const text = await createMetrics(house).registry.metrics();
  for (const line of ['plain 3', 'labelled{cell="k1"} 4', 'counted_total 5']) expect(text).toContain(line);
});
