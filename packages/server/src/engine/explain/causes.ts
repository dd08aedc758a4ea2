/** Statements of a namespace as causes: root first, each cause once, however many pods, events and replicas state it. Pure. */
import { type Cause, cut } from '@cellplane/plan';
import { type Root, rootOf, sameWords } from './root-cause.js';
import type { Statement } from './statements.js';

/** So many causes are kept, and so many other statements of each. */
const MOST_CAUSES = 4;
const MOST_MORE = 5;
/** Longest text of one field. Characters. */
const LONGEST = 300;
/** So many objects of one cause are named. */
const MOST_NAMES = 3;

/** What is the cause of another comes before it: a volume that is not made keeps a pod from its node. */
const ORDER = [
  'volume',
  'image-pull',
  'out-of-memory',
  'crash',
  'container-start',
  'volume-mount',
  'quota',
  'unscheduled',
  'unscheduled-for-volume',
  'probe',
  'operator-silent',
  'operator-says',
  'other',
];

interface Group {
  root: Root;
  said: Statement[];
}

export function causesOf(statements: readonly Statement[]): Cause[] {
  const groups: Group[] = [];
  const known = statements.map((statement) => ({ statement, root: rootOf(statement) }));
  // Statements with details first: those without details join them.
  for (const { statement, root } of known.toSorted((one, other) => Number(one.root.key === '') - Number(other.root.key === ''))) {
    const group = groups.find((one) => isSame(one, root, statement));
    if (group === undefined) groups.push({ root, said: [statement] });
    else {
      group.said.push(statement);
      if (detailOf(root) > detailOf(group.root)) group.root = { ...root, what: group.root.what };
    }
  }
  const hasVolume = groups.some(({ root }) => root.code === 'volume');
  const roots = groups.filter(({ root }) => !(hasVolume && root.code === 'unscheduled-for-volume'));
  const consequences = groups.filter((group) => !roots.includes(group)).flatMap(({ said }) => said);
  return roots
    .toSorted((one, other) => ORDER.indexOf(one.root.code) - ORDER.indexOf(other.root.code))
    .slice(0, MOST_CAUSES)
    .map((group, index) => causeOf(group, index === 0 ? consequences : []));
}

/** One line: the root cause with its object and its own words. */
export function textOf(causes: readonly Cause[]): string | undefined {
  const [first, ...others] = causes;
  if (first === undefined) return undefined;
  // The message of the object's own operator is shown beside a cause that may be another component's.
  const own = others.find((one) => one.code === 'operator-says' && one.isOwnMessage === true);
  return [first, ...(own === undefined ? [] : [own])].map(({ cause, words }) => (words === '' ? cause : `${cause}: ${words}`)).join('; ');
}

function isSame({ root, said }: Group, other: Root, statement: Statement): boolean {
  if (root.code === other.code && root.key === other.key) return true;
  // Containers without a name in the event, images without a name in the back-off: of the same object it is the same.
  const isVague = other.key === '' && root.code === other.code;
  if (isVague) return true;
  // An operator that repeats what the kubelet says.
  return (
    other.words.length > 20 && said.some((one) => one.object === statement.object && sameWords(one.text).includes(sameWords(other.words)))
  );
}

/** How specific a statement is about its cause: it names the reason behind an image's name, or the end of a container. */
function detailOf({ code, words }: Root): number {
  if (code === 'image-pull') return words.includes('": ') ? 2 : 1;
  return code === 'crash' && words.includes('exit code') ? 2 : 1;
}

function causeOf({ root, said }: Group, consequences: readonly Statement[]): Cause {
  // Pods know which container it is; events of the same pods say it again.
  const heads = said.filter((one) => one.place !== undefined);
  const about = heads.length > 0 ? heads : said;
  const objects = [...new Set(about.map((one) => one.object))];
  const [head] = about;
  const since = said
    .map((one) => one.since)
    .filter((at) => at !== undefined)
    .toSorted()[0];
  const object = objects[0] ?? '';
  const place = placeText(objects, head);
  const cause = root.what === '' ? place : /^(?:is|says) /.test(root.what) ? `${place} ${root.what}` : `${place}: ${root.what}`;
  const shown = new Set([sameWords(`${cause} ${root.words}`)]);
  const more = [...said, ...consequences]
    .map((one) => oneLine(one.text))
    .filter((text) => !shown.has(sameWords(text)) && shown.add(sameWords(text)) !== undefined);
  return {
    code: root.code,
    cause: oneLine(root.code === 'operator-silent' ? `${place} ${root.words}` : cause),
    object,
    objects: objects.slice(0, 20),
    count: objects.length,
    words: root.code === 'operator-silent' ? '' : oneLine(root.words),
    cure: root.cure,
    ...(since === undefined ? {} : { since }),
    ...(said.some((one) => one.isOwn === true && one.reason.startsWith('status.')) ? { isOwnMessage: true as const } : {}),
    more: more.slice(0, MOST_MORE),
  };
}

/** `pod db-1, container main`, or `3 pods (db-1, db-2, db-3), container main`; of other kinds `Cluster/db`. */
function placeText(objects: readonly string[], head: Statement | undefined): string {
  const container = head?.place === undefined || head.place === '' ? '' : `, ${head.place}`;
  const names = objects.map((one) => one.slice(one.indexOf('/') + 1));
  const isPods = objects.every((one) => one.startsWith('Pod/'));
  if (objects.length === 1) return isPods ? `pod ${names[0]}${container}` : (objects[0] ?? '');
  const shown = (isPods ? names : objects).slice(0, MOST_NAMES).join(', ');
  return `${objects.length} ${isPods ? 'pods' : 'objects'} (${shown}${objects.length > MOST_NAMES ? ', …' : ''})${container}`;
}

function oneLine(text: string): string {
  return cut(text.replaceAll(/\s+/g, ' ').trim(), LONGEST);
}
