/** What the rooms to the right ask of the runs of a subject: by what they have put into the data of the runs. */
import type { JsonObject } from '@cellplane/plan';
import { type Database, sql, type Transaction } from '../database/database.js';
import type { Breakpoints } from './model.js';

/** Runs of a subject whose data has this value. */
export interface RunsWith {
  subject: string;
  key: string;
  value: string;
}

/** Objects (`Kind/name`) that these runs have made anew on purpose. */
export async function selectMadeAnew(tx: Transaction, { subject, key, value }: RunsWith): Promise<string[]> {
  const { rows } = await sql<{ object: string }>`
    select distinct e.details->>'madeAnew' as object from runs r join run_events e on e.run_id = r.id
    where r.subject = ${subject} and r.data->>${key} = ${value} and e.details->>'madeAnew' is not null order by object`.execute(tx);
  return rows.map((row) => row.object);
}

/** These runs of one kind; `done`: it has succeeded, or come to the stages after its workflow. */
export async function selectHowFar(
  tx: Transaction,
  kind: string,
  { subject, key, value }: RunsWith,
): Promise<{ id: string; done: boolean }[]> {
  const { rows } = await sql<{ id: string; done: boolean }>`
    select r.id, r.phase = 'Succeeded' or exists (select 1 from run_stages s where s.run_id = r.id and s.name = any(r.after)) as done
    from runs r where r.subject = ${subject} and r.kind = ${kind} and r.data->>${key} = ${value}`.execute(tx);
  return rows;
}

/** What was put into the data of a run; undefined if there is no such run. */
export async function selectRunData(db: Database, id: string): Promise<JsonObject | undefined> {
  return (await sql<{ data: JsonObject }>`select data from runs where id = ${id}`.execute(db)).rows[0]?.data;
}

/** Of what a run is one; undefined if there is no such run. */
export async function selectSubjectOfRun(db: Database, id: string): Promise<string | undefined> {
  return (await sql<{ subject: string }>`select subject from runs where id = ${id}`.execute(db)).rows[0]?.subject;
}

/** Where a run is held and is to be held; undefined if there is no such run. */
export async function selectBreakpoints(db: Database, id: string): Promise<Breakpoints | undefined> {
  const { rows } = await sql<{ breakpoints: Breakpoints | null }>`select breakpoints from runs where id = ${id}`.execute(db);
  return rows[0] === undefined ? undefined : (rows[0].breakpoints ?? {});
}

/** Of these runs those that there are. */
export async function knownRuns(db: Database, ids: string[]): Promise<Set<string>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Set();
  return new Set((await sql<{ id: string }>`select id from runs where id = any(${asked})`.execute(db)).rows.map((row) => row.id));
}
