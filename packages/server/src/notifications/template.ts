/**
 * Texts of a channel's further members, in which `{{ $var.Type }}` stands for what an event says. A name is replaced by a value, once: nothing
 * is evaluated, and nothing that a value holds is read as a template. Pure.
 */
import { headlineOf, type WireNotice } from './notice.js';

/** What an event's members are called in its JSON. */
export const EVENT_MEMBERS = [
  'eventID',
  'eventType',
  'eventCategory',
  'alertType',
  'priority',
  'scope',
  'time',
  'expiryTime',
  'eventPayload',
  'instanceID',
  'planVersion',
  'resourceName',
  'serviceID',
  'serviceName',
  'serviceEnvironmentID',
  'serviceEnvironmentType',
  'servicePlanName',
] as const satisfies (keyof WireNotice)[];

type Value = string | Record<string, unknown> | undefined;

/** The reference's names, for members of ours. */
const MEMBER_OF: Record<string, (typeof EVENT_MEMBERS)[number]> = {
  id: 'eventID',
  Type: 'eventType',
  Category: 'eventCategory',
  AlertType: 'alertType',
  Priority: 'priority',
  CreatedAt: 'time',
  ServiceID: 'serviceID',
  InstanceID: 'instanceID',
  Payload: 'eventPayload',
};
/** Those that are no members. */
const MADE: Record<string, (notice: WireNotice) => Value> = {
  Name: headlineOf,
  Description: (notice) => (typeof notice.eventPayload['reason'] === 'string' ? notice.eventPayload['reason'] : headlineOf(notice)),
};

/** All names that a template may have after `$var.`. */
const TEMPLATE_VARIABLES: readonly string[] = [...Object.keys(MEMBER_OF), ...Object.keys(MADE), ...EVENT_MEMBERS];

/** Templates in all texts of one channel. */
const MOST_TEMPLATES = 100;
const TEMPLATE = /\{\{([^{}]*)\}\}/g;

/** What is wrong with the templates in a value that stands at this path, the first thing; undefined if nothing is. */
export function templateFault(value: unknown, path: string): { field: string; message: string } | undefined {
  let count = 0;
  const look = (inner: unknown, field: string): { field: string; message: string } | undefined => {
    if (typeof inner === 'object' && inner !== null) {
      for (const [name, one] of Object.entries(inner)) {
        const fault = look(one, Array.isArray(inner) ? `${field}[${name}]` : `${field}.${name}`);
        if (fault !== undefined) return fault;
      }
      return undefined;
    }
    if (typeof inner !== 'string') return undefined;
    for (const [template, words = ''] of inner.matchAll(TEMPLATE)) {
      count += 1;
      if (count > MOST_TEMPLATES) return { field, message: `there are more than ${MOST_TEMPLATES} templates` };
      const name = nameIn(words);
      if (name === undefined) return { field, message: `"${template.slice(0, 100)}" is no template: write {{ $var.NAME }}` };
      if (!TEMPLATE_VARIABLES.includes(name))
        return { field, message: `there is no variable "${name.slice(0, 100)}": use one of ${TEMPLATE_VARIABLES.join(', ')}` };
    }
    const isOpen = inner.replaceAll(TEMPLATE, '').includes('{{');
    return isOpen ? { field, message: 'has "{{" that no "}}" closes' } : undefined;
  };
  return look(value, path);
}

/** True if the value is nothing but what this member of the event says. */
export function isMemberItself(member: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const name = wholeTemplate(value);
  return name !== undefined && (MEMBER_OF[name] ?? name) === member;
}

/** The value with what the event says. A text that is one template becomes the value itself; what the event does not have is empty. */
export function rendered(value: unknown, notice: WireNotice): unknown {
  if (Array.isArray(value)) return value.map((one) => rendered(one, notice));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, rendered(one, notice)]));
  if (typeof value !== 'string') return value;
  const whole = wholeTemplate(value);
  if (whole !== undefined && TEMPLATE_VARIABLES.includes(whole)) return valueOf(whole, notice) ?? '';
  return value.replaceAll(TEMPLATE, (template: string, words: string) => {
    const name = nameIn(words);
    if (name === undefined || !TEMPLATE_VARIABLES.includes(name)) return template;
    const found = valueOf(name, notice) ?? '';
    return typeof found === 'string' ? found : JSON.stringify(found);
  });
}

/** Texts of a value without its templates: what the channel's owner has written there. */
export function literalsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.replaceAll(TEMPLATE, '\n').split('\n');
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(literalsOf) : [];
}

function nameIn(words: string): string | undefined {
  const text = words.trim();
  return text.startsWith('$var.') ? text.slice('$var.'.length) : undefined;
}

function wholeTemplate(text: string): string | undefined {
  const [, words] = /^\s*\{\{([^{}]*)\}\}\s*$/.exec(text) ?? [];
  return words === undefined ? undefined : nameIn(words);
}

function valueOf(name: string, notice: WireNotice): Value {
  const make = Object.hasOwn(MADE, name) ? MADE[name] : undefined;
  return make === undefined ? notice[MEMBER_OF[name] ?? (name as (typeof EVENT_MEMBERS)[number])] : make(notice);
}
