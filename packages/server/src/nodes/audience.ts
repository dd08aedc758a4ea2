/** What customers are not told: names of machines of the cell, and of what others run there. Pure. */
import type { ClusterEvent, InstanceNode } from '@cellplane/api';

/** What stands for a machine's name. */
const A_MACHINE = 'a machine of the cell';
/** Names shorter than that are found inside words by chance. */
const SHORTEST = 3;

/** A function that takes the names out of a text. */
export function withoutMachines(names: Iterable<string>): (text: string) => string {
  const known = [...new Set(names)].filter((name) => name.length >= SHORTEST).toSorted((one, other) => other.length - one.length);
  return (text) =>
    known.reduce(
      (masked, name) => replaceWhole(masked, name, A_MACHINE),
      // Those that nobody has told us of.
      text
        .replaceAll(/\b(assigned \S+ to) [^\s,;]+/g, `$1 ${A_MACHINE}`)
        .replaceAll(/\b(?:to|on|from|by) node "?[a-z0-9][a-z0-9.-]*"?/gi, (found) => `${found.split(' ', 1)[0]} ${A_MACHINE}`)
        .replaceAll(/\b[Pp]reempted by (?:a )?pod \S+(?: on [^\n.;]*)?/g, 'Preempted by another Pod')
        .replaceAll(/\bused by pod\(s\) [^\s,]+(?:, [^\s,]+)*/gi, 'used by other Pods'),
    );
}

function replaceWhole(text: string, name: string, by: string): string {
  if (!text.includes(name)) return text;
  return text.replaceAll(new RegExp(`(?<![A-Za-z0-9.-])${name.replaceAll(/[^A-Za-z0-9-]/g, String.raw`\$&`)}(?![A-Za-z0-9-])`, 'g'), by);
}

/** A node for its customer: what to do about it is the provider's. */
export function nodeForCustomer(node: InstanceNode, text: (text: string) => string): InstanceNode {
  const { reason, ...told } = node;
  delete told.machine;
  delete told.availabilityZone;
  return reason === undefined
    ? told
    : { ...told, reason: { code: reason.code, cause: text(reason.cause), words: text(reason.words), cure: '' } };
}

export function eventForCustomer(event: ClusterEvent, text: (text: string) => string): ClusterEvent {
  return { ...event, message: text(event.message) };
}
