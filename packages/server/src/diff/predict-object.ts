/**
 * What becomes of one object by all that a change writes to it, in order. Each write is asked for as a dry run against the live object.
 * Where several tasks write to one object, a dry run of a later one knows nothing of the earlier: what they do together is put together
 * here, and the API server is asked once more about the whole of it.
 */
import type { KubernetesObject } from '@cellplane/kubernetes';
import type { Json, JsonObject } from '@cellplane/plan';
import { isDisposable } from '../engine/run/leaf/attempt/apply.js';
import { type DryRun, nameOf, patchOf, type Write } from './dry-run.js';
import { stable } from './field-path.js';
import { joinPatches, mergePatch, mergePatchOf } from './merge-patch.js';
import { comparable, isMap } from './object-diff.js';

export interface Refusal {
  code: string;
  message: string;
  immutable: string[];
}

export interface Prediction {
  /** As it is; null if there is none. */
  live: KubernetesObject | null;
  /** As it will be, by the API server; null: gone. Undefined: it could not be asked, `rendered` is what would be sent. */
  next?: KubernetesObject | null;
  /** Of what could not be asked: the manifest, as far as it is known. */
  rendered?: JsonObject;
  refused?: Refusal;
  /** Sentences for people: what is not known, and why. */
  why: string[];
}

export type NamedWrite = Write & { task: string };

type Ask = (write: Write) => Promise<DryRun>;

interface Told extends Prediction {
  /** What the last apply changes of the live object, and what patches change, as merge patches. */
  applied: JsonObject;
  patched: JsonObject;
}

/** Rejects with whatever `ask` rejects with. `writes`: at least one, all of one object. */
export async function predictObject(ask: Ask, writes: readonly NamedWrite[]): Promise<Prediction> {
  let told: Told | undefined;
  for (const write of writes) {
    const answer = await ask(write);
    told = told === undefined ? first(write, answer) : await further(ask, told, write, answer);
    // The run ends here.
    if (told.refused !== undefined) break;
  }
  if (told === undefined) throw new Error('an object without a write has no prediction');
  const { applied: _applied, patched: _patched, ...prediction } = told;
  return prediction;
}

function first(write: NamedWrite, answer: DryRun): Told {
  const { live } = answer;
  const told: Told = { live, why: [], applied: {}, patched: {} };
  if (answer.outcome === 'deleted') return { ...told, next: null };
  if (answer.outcome === 'refused') return refusedTold(told, write, answer);
  if (answer.outcome === 'not-asked') {
    const rendered = write.action === 'patch' && live === null ? {} : { rendered: write.manifest };
    return { ...told, ...rendered, why: [explain(answer)] };
  }
  const why = answer.lackedRight === undefined ? [] : [explainRight(answer.lackedRight)];
  return { ...told, next: answer.next, ...partsOf(told, write, answer), why };
}

/** A refusal; but a finished Job, whose template cannot change, is deleted and made anew. */
function refusedTold(told: Told, write: NamedWrite, answer: DryRun & { outcome: 'refused' }): Told {
  const { live, code, message, immutable } = answer;
  if (write.action === 'apply' && live?.kind === 'Job' && code === 'invalid' && isDisposable(live))
    return { ...told, rendered: write.manifest, why: [`The finished Job/${nameOf(write.manifest)} is deleted and made anew.`] };
  return { ...told, refused: { code, message, immutable } };
}

async function further(ask: Ask, told: Told, write: NamedWrite, answer: DryRun): Promise<Told> {
  const also = (sentence: string): Told => ({ ...told, why: [...new Set([...told.why, sentence])] });
  if (write.action === 'delete') return { ...told, next: null };
  if (told.next === null)
    return {
      ...omitNext(also(`Task ${write.task} makes it anew after it was deleted: nobody can be asked about that yet.`)),
      rendered: write.manifest,
    };
  if (told.next === undefined) {
    const rendered =
      write.action === 'patch' && told.rendered !== undefined ? mergePatch(told.rendered, patchOf(write.manifest)) : write.manifest;
    return { ...told, rendered: rendered as JsonObject };
  }
  if (told.live === null) return onNew(ask, told, write, answer);
  if (answer.outcome === 'refused') return refusedTold(told, write, answer);
  if (answer.outcome !== 'written') return answer.outcome === 'not-asked' ? also(explain(answer)) : told;
  const parts = partsOf(told, write, answer);
  const before = comparable(told.live);
  const order = write.action === 'patch' ? [parts.applied, parts.patched] : [parts.patched, parts.applied];
  const whole = order.reduce<Json>((object, patch) => mergePatch(object, patch), before) as JsonObject;
  if (stable(whole) === stable(comparable(answer.next))) return { ...told, ...parts, next: answer.next };
  return asked({ ...told, ...parts }, write, await ask(patchTo(write, before, whole)));
}

/** An object that an earlier task of the change makes: what patches it is put into what was sent. */
async function onNew(ask: Ask, told: Told, write: NamedWrite, answer: DryRun): Promise<Told> {
  if (write.action === 'create') {
    const name = `${String(write.manifest.kind)}/${nameOf(write.manifest)}`;
    return {
      ...told,
      refused: { code: 'already-exists', message: `${name} already exists: an earlier task of the change makes it`, immutable: [] },
    };
  }
  if (write.action !== 'patch') return asked(told, write, answer);
  const sent = mergePatch(told.applied, patchOf(write.manifest)) as JsonObject;
  const manifest = { ...sent, apiVersion: write.manifest.apiVersion ?? '', kind: write.manifest.kind ?? '' };
  return asked({ ...told, applied: sent }, write, await ask({ action: 'apply', manifest }));
}

function asked(told: Told, write: NamedWrite, answer: DryRun): Told {
  if (answer.outcome === 'written') return { ...told, next: answer.next, ...(told.live === null ? { applied: sentOf(told, write) } : {}) };
  if (answer.outcome === 'refused') return refusedTold(told, write, answer);
  return answer.outcome === 'not-asked' ? { ...told, why: [...told.why, explain(answer)] } : told;
}

/** Of a new object `applied` is what was sent of it last. */
function sentOf(told: Told, write: NamedWrite): JsonObject {
  return write.action === 'patch' ? told.applied : write.manifest;
}

function partsOf(told: Told, write: NamedWrite, { live, next }: DryRun & { outcome: 'written' }): Pick<Told, 'applied' | 'patched'> {
  if (live === null) return { applied: write.manifest, patched: {} };
  const change = mergePatchOf(comparable(live), comparable(next));
  if (write.action === 'patch') return { applied: told.applied, patched: joinPatches(told.patched, change) };
  return { applied: change, patched: write.action === 'replace' ? {} : told.patched };
}

function patchTo({ manifest }: Write, before: JsonObject, after: JsonObject): Write {
  const patch = mergePatchOf(before, after);
  const { apiVersion = '', kind = '' } = manifest;
  const metadata = { ...(isMap(patch.metadata) ? patch.metadata : {}), name: nameOf(manifest) };
  return { action: 'patch', mergeStrategy: 'merge', manifest: { ...patch, apiVersion, kind, metadata } };
}

function omitNext({ next: _next, ...told }: Told): Told {
  return told;
}

const WHY: Record<string, string> = {
  'namespace-missing': 'Admission was not asked: the namespace is not there yet.',
  'kind-not-served': 'Admission was not asked: the cell does not serve the kind yet.',
};

function explain({ code, message }: { code: string; message: string }): string {
  return WHY[code] ?? `${message}.`;
}

function explainRight(message: string): string {
  return `Asked with the cell's own credentials: the instance's Role does not have the right yet (${message}). The run gives it before its first task.`;
}
