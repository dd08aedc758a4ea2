/** Backups as points of a line from the oldest to now. Pure. */
import { isManual, type Snapshot } from './kind';

export interface Point {
  snapshot: Snapshot;
  /** From 0, the begin of the line, to 100, now. */
  at: number;
  kind: 'manual' | 'periodic';
}

export interface Timeline {
  points: Point[];
  /** Where the line begins. */
  from: Date;
  /** Since when each moment can be restored: from 0 to 100; undefined: none can. */
  anyMomentFrom: number | undefined;
}

const HOUR_MS = 3_600_000;

/** The line of these snapshots. `restorableSince`: of the instance's window of restores to a time. */
export function timelineOf(snapshots: readonly Snapshot[], restorableSince: string | undefined, now: Date): Timeline {
  const times = [
    ...snapshots.map(({ createdTime }) => Date.parse(createdTime)),
    ...(restorableSince === undefined ? [] : [Date.parse(restorableSince)]),
  ];
  const begin = Math.min(...times, now.getTime() - HOUR_MS);
  const length = now.getTime() - begin;
  const place = (time: number) => Math.max(0, Math.min(100, ((time - begin) / length) * 100));
  return {
    from: new Date(begin),
    anyMomentFrom: restorableSince === undefined ? undefined : place(Date.parse(restorableSince)),
    points: snapshots
      .map(
        (snapshot): Point => ({ snapshot, at: place(Date.parse(snapshot.createdTime)), kind: isManual(snapshot) ? 'manual' : 'periodic' }),
      )
      .toSorted((one, other) => one.at - other.at),
  };
}

/** A moment as a field for times of the person's own zone takes it: 2030-01-31T12:00:00. */
export function asLocal(moment: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const date = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${date}T${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`;
}

/** The moment of such a field; undefined where it is none. */
export function fromLocal(text: string): Date | undefined {
  const moment = new Date(text);
  return text === '' || Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** The newest complete snapshot that had ended at a moment: what a restore to it begins with. */
export function baseOf(snapshots: readonly Snapshot[], moment: Date): Snapshot | undefined {
  return snapshots
    .filter(
      ({ status, completeTime }) =>
        status === 'COMPLETE' && completeTime !== undefined && completeTime !== '' && Date.parse(completeTime) <= moment.getTime(),
    )
    .toSorted((one, other) => Date.parse(other.completeTime ?? '') - Date.parse(one.completeTime ?? ''))[0];
}
