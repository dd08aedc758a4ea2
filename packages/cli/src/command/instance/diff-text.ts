/** A preview as people read it: an object a block, a field a line. Pure. */
import type { ChangePreview, ObjectChange } from '@cellplane/api';
import type { Format } from '../../output.js';

type Field = ObjectChange['fields'][number];
type Chart = ChangePreview['charts'][number];

/** Characters of one value. */
const SHOWN = 120;
const SIGNS: Record<string, string> = { create: '+', change: '~', delete: '-', unchanged: ' ', unknown: '?' };

/** `text`: a line for each field, tab-separated, and for each object without any: action, object, field, before, after, owners. */
export function previewText(preview: ChangePreview, format: Format): string {
  return format === 'text' ? tabbed(preview) : blocks(preview);
}

function blocks(preview: ChangePreview): string {
  const { objects, charts, problems, restarts, steps } = preview;
  const differing = objects.filter(({ action, refused }) => action !== 'unchanged' || refused !== undefined);
  const same = objects.length - differing.length;
  const assumed = [...new Set(steps.flatMap((step) => step.assumed))];
  const sections = [
    // That a chart stays is no news, unless there is something about it.
    ...charts.filter(({ action, message = '' }) => action !== 'keep' || message !== '').map(chartLine),
    ...differing.map(objectBlock),
    ...(same === 0 ? [] : [`${same === 1 ? '1 object stays' : `${same} objects stay`} as ${same === 1 ? 'it is' : 'they are'}.\n`]),
    ...(assumed.length === 0 ? [] : [`Taken as they are now, though a step before may change them: ${assumed.join(', ')}.\n`]),
    ...(restarts.length === 0 ? [] : [`Restarts, as the plan says: ${restarts.map(({ kind, name }) => `${kind}/${name}`).join(', ')}.\n`]),
    ...problems.map(({ message }) => `Would fail: ${message.replace(/\.?$/, '.')}\n`),
  ];
  return sections.length === 0 ? 'Nothing would change.\n' : sections.join('');
}

function chartLine({ chart, from, to, action, instances, message }: Chart): string {
  const shared = instances === undefined || instances < 2 ? '' : `, shared by ${instances} instances of the cell`;
  const what = {
    install: `+ chart ${chart} ${to} is installed`,
    upgrade: `~ chart ${chart} ${from ?? ''} -> ${to}${shared}`,
    values: `~ chart ${chart} ${to}: other values${shared}`,
    keep: `  chart ${chart} ${from ?? to} stays as it is`,
    refuse: `! chart ${chart} ${to} is refused`,
  }[action];
  return `${what ?? `? chart ${chart} ${to}`}${message === undefined || message === '' ? '' : `: ${message}`}\n`;
}

function objectBlock(object: ObjectChange): string {
  const { action, kind, name, tasks, fields, moreFields, refused, immutable, restarts, why } = object;
  const lines = [
    `${SIGNS[action] ?? '?'} ${kind}/${name}  ${action}${restarts ? ', restarts' : ''}  (${tasks.length === 1 ? 'task' : 'tasks'} ${tasks.join(', ')})`,
    ...fields.map((field) => `    ${fieldLine(field)}`),
    ...(moreFields === undefined ? [] : [`    and ${moreFields} more fields`]),
    ...(refused === undefined ? [] : [`    refused: ${refused}`]),
    ...(immutable === undefined ? [] : [`    never changes: ${immutable.join(', ')}`]),
    ...(why === undefined ? [] : [`    ${why}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function fieldLine({ path, before, after, owners, hidden }: Field): string {
  const change = hidden === true ? 'changed (hidden)' : `${valueText(before)} -> ${valueText(after)}`;
  return `${path}: ${change}${owners.length === 0 ? '' : `  (${owners.join(', ')})`}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return '(none)';
  const text = JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`;
}

function tabbed({ objects, charts, problems }: ChangePreview): string {
  const flat = (value: unknown) => (value === undefined ? '' : JSON.stringify(value));
  const lines = [
    ...charts.map(({ action, chart, from = '', to }) => [action, `chart/${chart}`, 'version', from, to, '']),
    ...objects.flatMap(({ action, kind, name, fields, refused }) => {
      const object = `${kind}/${name}`;
      if (fields.length === 0) return [[action, object, '', '', refused ?? '', '']];
      return fields.map(({ path, before, after, owners }) => [action, object, path, flat(before), flat(after), owners.join(',')]);
    }),
    ...problems.map(({ code, message }) => ['problem', code, '', '', message, '']),
  ];
  return lines.map((line) => `${line.map((cell) => cell.replaceAll(/\s+/g, ' ')).join('\t')}\n`).join('');
}
