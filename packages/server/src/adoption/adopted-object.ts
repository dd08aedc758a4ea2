/** What may be adopted, and what the instance is called. Pure. */
import { type Json, groupOf } from '@cellplane/plan';
import { badRequest, invalidState } from '../errors.js';

/** An object as it was named. */
export interface AdoptedObject {
  kind: string;
  /** '' : any group that the plan's workflow has the kind of. */
  apiVersion: string;
  namespace: string;
  name: string;
}

/** As Kubernetes wants names of namespaces, and labels that are to hold the instance's id. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Namespaces of the cluster itself, of Cellplane, and the one that everybody shares. */
const FORBIDDEN = /^(?:default|kube-.*|cellplane|cellplane-.*|openshift|openshift-.*)$/;

/** @throws DomainError bad_request naming the field */
export function checkNames({ kind, namespace, name }: AdoptedObject): void {
  if (!/^[A-Z][A-Za-z0-9]{0,62}$/.test(kind)) throw wrong('kind', 'must be the kind of a custom resource, such as Cluster');
  if (!NAME.test(namespace)) throw wrong('namespace', 'is no name of a namespace');
  if (!NAME.test(name))
    throw wrong(
      'name',
      'must be a name of at most 63 small letters, digits and hyphens: it becomes the id of the instance, and labels hold it',
    );
  if (FORBIDDEN.test(namespace))
    throw badRequest(
      'namespace-forbidden',
      `Namespace ${namespace} cannot become an instance's: it belongs to the cluster, to Cellplane or to everybody. Adopt from a namespace that holds nothing but what is adopted.`,
      [{ field: 'namespace', code: 'namespace-forbidden', message: 'belongs to the cluster, to Cellplane or to everybody' }],
    );
}

function wrong(field: string, message: string) {
  return badRequest('invalid-field', `Invalid request: ${field} ${message}.`, [{ field, code: 'invalid-field', message }]);
}

/** Workflows that can adopt: what they apply is laid over what is there. */
export const ADOPTING = ['create', 'modify'] as const;
export type AdoptingVerb = (typeof ADOPTING)[number];

/** A write of the workflow that adopts, as it would be for an instance with the id that was tried. */
export interface PlannedWrite {
  action: string;
  apiVersion: string;
  kind: string;
  name: string;
}

/**
 * The id that the instance must have, so that the plan calls its object `name`; undefined: any, the plan names it without the id.
 * @throws DomainError invalid_state `kind-not-in-plan`, `several-objects`, `plan-names-otherwise`
 */
export function idForName(
  object: Pick<AdoptedObject, 'kind' | 'apiVersion' | 'name'>,
  { verb, writes, tried }: { verb: AdoptingVerb; writes: readonly PlannedWrite[]; tried: string },
): { id: string | undefined; apiVersion: string } {
  const wanted = object.apiVersion === '' ? undefined : groupOf(object.apiVersion);
  const whole = writes.filter(({ action }) => action === 'apply' || action === 'replace');
  const mine = whole.filter(({ kind, apiVersion }) => kind === object.kind && (wanted === undefined || groupOf(apiVersion) === wanted));
  const names = [...new Set(mine.map(({ apiVersion, name }) => `${groupOf(apiVersion)}/${name}`))];
  const [first] = mine;
  if (first === undefined) {
    const kinds = [...new Set(whole.map(({ kind }) => kind))].join(', ');
    throw invalidState(
      'kind-not-in-plan',
      `The plan's ${verb} workflow applies no ${object.kind}, so none can be adopted under it. It applies: ${kinds === '' ? 'nothing' : kinds}.`,
    );
  }
  if (names.length > 1)
    throw invalidState(
      'several-objects',
      `The plan's ${verb} workflow applies several objects of kind ${object.kind}: which of them is to be ${object.name} cannot be told, so none is adopted.`,
    );
  const { name } = first;
  if (name === object.name && !name.includes(tried)) return { id: undefined, apiVersion: first.apiVersion };
  const at = name.indexOf(tried);
  const [before, after] = [name.slice(0, Math.max(at, 0)), name.slice(at + tried.length)];
  const id = object.name.slice(before.length, object.name.length - after.length);
  const fits = at >= 0 && before.length + after.length < object.name.length && object.name === before + id + after;
  if (!fits || after.includes(tried) || !NAME.test(id)) {
    const shown = at >= 0 ? `${before}<id>${after}` : name;
    throw invalidState(
      'plan-names-otherwise',
      `The plan calls its ${object.kind} ${shown}, which cannot be ${object.name}: under this plan it cannot be adopted.`,
    );
  }
  return { id, apiVersion: first.apiVersion };
}

/** What the preview of an adoption says, as far as it decides. */
export interface AdoptionPreview {
  objects: readonly {
    action: string;
    apiVersion: string;
    kind: string;
    name: string;
    fields: readonly { path: string; before?: Json; after?: Json }[];
    restarts: boolean;
    why?: string;
  }[];
  charts: readonly { chart: string; action: string; message?: string }[];
  problems: readonly { code: string; field?: string; message: string }[];
  restarts: readonly { kind: string; name: string; fields: readonly string[] }[];
}

export interface AdoptionRefusal {
  code: string;
  message: string;
}

/** Labels by which Cellplane knows its objects: nobody's product depends on them. */
const MARK = /^(?:cellplane\.dev\/[a-z-]+|app\.kubernetes\.io\/managed-by)$/;
const LABEL = /^metadata\.labels\["(.*)"\]$/;

/** Why the adoption is not carried out with what was allowed; empty: it may be. */
export function refusalsOf(
  preview: AdoptionPreview,
  object: AdoptedObject,
  allowed: { changes: boolean; restart: boolean },
): AdoptionRefusal[] {
  const refusals: AdoptionRefusal[] = preview.problems.map(({ code, message }) => ({ code, message }));
  for (const { chart, action, message } of preview.charts) {
    if (action === 'install')
      refusals.push({
        code: 'operator-not-installed',
        message: `Chart ${chart} is no release of this cell that Cellplane has installed: it would be installed beside the operator that runs ${object.kind}/${object.name} now. Create any instance of the plan in the cell first, once the other installation is gone.`,
      });
    else if (action !== 'keep' && action !== 'refuse' && !allowed.restart)
      refusals.push({
        code: 'chart-changes',
        message: `Chart ${chart} would be changed for all instances of the cell: ${message ?? action}. --allow-restart allows it.`,
      });
  }
  const main = preview.objects.find(({ kind, name }) => kind === object.kind && name === object.name);
  if (preview.problems.length === 0 && main?.action !== 'change' && main?.action !== 'unchanged')
    refusals.push({
      code: 'object-not-found',
      message: `${object.kind}/${object.name} of namespace ${object.namespace} cannot be compared: ${main?.why ?? 'the plan would make it anew'}.`,
    });
  const changed = preview.objects.flatMap((one) => changeIn(one));
  if (changed.length > 0 && !allowed.changes)
    refusals.push({
      code: 'adoption-changes',
      message: `The plan would change what is there: ${changed.join('; ')}. Give parameters with which it does not, or --allow-changes.`,
    });
  if (preview.restarts.length > 0 && !allowed.restart)
    refusals.push({
      code: 'adoption-restarts',
      message: `The plan declares that this restarts the product: ${preview.restarts.map(({ kind, name, fields }) => `${kind}/${name}: ${fields.join(', ')}`).join('; ')}. Give parameters with which it does not, or --allow-restart.`,
    });
  return refusals;
}

function changeIn({ action, kind, name, fields }: AdoptionPreview['objects'][number]): string[] {
  if (action === 'unchanged') return [];
  if (action !== 'change') return [`${kind}/${name} (${action})`];
  const others = fields.filter((field) => !isMark(field)).map(({ path }) => path);
  return others.length === 0 ? [] : [`${kind}/${name}: ${others.join(', ')}`];
}

/** Only marks come: one by one, or as all the labels of an object that had none. */
function isMark({ path, before, after }: { path: string; before?: Json; after?: Json }): boolean {
  const label = LABEL.exec(path)?.[1];
  if (label !== undefined) return MARK.test(label);
  if (path !== 'metadata.labels' && path !== 'metadata') return false;
  const labels = path === 'metadata' && isMap(after) ? after['labels'] : after;
  const isWhole = path === 'metadata.labels' || (isMap(after) && Object.keys(after).length === 1);
  return before === undefined && isWhole && isMap(labels) && Object.keys(labels).every((key) => MARK.test(key));
}

function isMap(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
