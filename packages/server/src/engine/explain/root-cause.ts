/** The cause behind a statement: several components of Kubernetes report the same trouble under several names. Pure. */
import type { Statement } from './statements.js';

export interface Root {
  /** Stable word for programs. */
  code: string;
  /** Statements with the same code and key have the same cause, whoever makes them. Empty: it is about the object, without details. */
  key: string;
  /** What is wrong, after the object it is about. */
  what: string;
  /** The speaker's own words, without what is repeated in them. */
  words: string;
  cure: string;
}

const IMAGE_REASON = /^(?:ErrImage\w*|ImagePullBackOff|InvalidImageName|RegistryUnavailable|ImageInspectError)$/;
const IMAGE_WORDS = /ErrImagePull|ImagePullBackOff|pull(?:ing)? image|\bimage\b.*\bnot found/i;
const CRASH_REASON = /^(?:CrashLoopBackOff|Error|OOMKilled|ContainerCannotRun|StartError|Restarted|Ended)$/;
const VOLUME_REASON = /^(?:ProvisioningFailed|FailedBinding|FailedMount|FailedAttachVolume|FailedMapVolume)$/;
const CONFIG_REASON =
  /^(?:CreateContainerConfigError|CreateContainerError|RunContainerError|CreatePodSandboxError|FailedCreatePodSandBox)$/;

type Rule = (statement: Statement) => Root | undefined;

/** In the order of what is asked for first; the first rule that knows a statement decides. */
const RULES: Rule[] = [image, unscheduled, volume, crash, config, probe, quota, silent];

/** The cause of a statement; one that no rule knows is its own. */
export function rootOf(statement: Statement): Root {
  for (const rule of RULES) {
    const root = rule(statement);
    if (root !== undefined) return root;
  }
  const { object, reason, message } = statement;
  const [kind = '', name = ''] = object.split('/');
  return {
    code: statement.isOwn === true ? 'operator-says' : 'other',
    key: sameWords(`${reason} ${message}`),
    what: reason.startsWith('status.') ? `says in ${reason}` : reason,
    words: message,
    // What an operator says of its progress is nothing to be cured.
    cure: statement.isOwn === true ? '' : `Look at it: kubectl describe ${kind} ${name} -n <namespace>`,
  };
}

/** Texts that differ in times, counts and made-up names only are the same. */
export function sameWords(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, '')
    .replaceAll(/\bpod=\S+|\bpod "[^"]*"/g, '')
    .replaceAll(/\d+/g, '#')
    .replaceAll(/[^\p{L}#]+/gu, ' ')
    .trim();
}

function image({ reason, message }: Statement): Root | undefined {
  if (!IMAGE_REASON.test(reason) && !(IMAGE_WORDS.test(message) && !/webhook/.test(message))) return undefined;
  const name = /image "([^"]+)"/.exec(message)?.[1] ?? '';
  return {
    code: 'image-pull',
    key: name,
    what: `the image cannot be pulled (${reason === 'InvalidImageName' || reason === 'ErrImageNeverPull' ? reason : 'ImagePullBackOff'})`,
    words: name === '' ? message : `"${name}"${whyOf(message, name)}`,
    cure: 'Correct its name or tag in the plan, or the pull secret; then modify or retry.',
  };
}

/** `…resolve reference "x:1": x:1: not found` → `: not found`. The runtime wraps its reason in the name again and again. */
function whyOf(message: string, name: string): string {
  const at = message.lastIndexOf(name);
  const tail = message.slice(at + name.length).replace(/^"?[:,]?\s*/, '');
  if (tail === '' || /^(?:ErrImagePull|ImagePullBackOff)$/.test(tail)) return '';
  return `: ${tail.replace(/^.*\bdesc = /, '')}`;
}

function unscheduled({ reason, message }: Statement): Root | undefined {
  if (reason !== 'Unschedulable' && reason !== 'FailedScheduling') return undefined;
  // The scheduler's sentence about preemption repeats the count of nodes and adds nothing.
  const words = message.replace(/\.? (?:no new claims to deallocate, )?preemption:.*$/s, '.');
  const isForVolume = /unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]*" not found/i.test(message);
  return {
    code: isForVolume ? 'unscheduled-for-volume' : 'unscheduled',
    key: sameWords(words),
    what: 'is not scheduled: Unschedulable',
    words,
    cure: isForVolume ? 'See why the volume is not made.' : 'Add nodes, or change requests, selectors or tolerations.',
  };
}

function volume({ object, reason, message }: Statement): Root | undefined {
  if (!VOLUME_REASON.test(reason)) return undefined;
  const isMount = object.startsWith('Pod/');
  return {
    code: isMount ? 'volume-mount' : 'volume',
    key: sameWords(message),
    what: reason,
    words: message,
    cure: isMount ? 'See whether the Secret, ConfigMap or volume that it names is there.' : 'Name a storage class that the cell has.',
  };
}

function crash({ object, place = '', reason, message }: Statement): Root | undefined {
  const isBackOff = reason === 'BackOff' && /restarting failed container/.test(message);
  if (!isBackOff && !(object.startsWith('Pod/') && place !== '' && CRASH_REASON.test(reason))) return undefined;
  const words = message.replaceAll(/ (?:in )?pod[= ][^\s;]+/g, '');
  const isMemory = /OOMKilled/.test(`${reason} ${message}`);
  return {
    code: isMemory ? 'out-of-memory' : 'crash',
    key: /container[= ](\S+)/.exec(place === '' ? message : place)?.[1] ?? '',
    what: reason === 'BackOff' ? 'CrashLoopBackOff' : /^(?:Ended|Restarted)$/.test(reason) ? '' : reason,
    words,
    cure: isMemory ? 'Give the container more memory, or find what it uses it for.' : 'Read its log (`kubectl logs --previous`).',
  };
}

function config({ reason, message }: Statement): Root | undefined {
  if (!CONFIG_REASON.test(reason)) return undefined;
  return {
    code: 'container-start',
    key: sameWords(message),
    what: reason,
    words: message,
    cure: 'Correct what it names, in the plan or on the cell.',
  };
}

function probe({ reason, message }: Statement): Root | undefined {
  if (reason !== 'Unhealthy') return undefined;
  return {
    code: 'probe',
    key: sameWords(message),
    what: reason,
    words: message,
    cure: 'Read the log of the container; it runs, and does not answer its probe.',
  };
}

function quota({ reason, message }: Statement): Root | undefined {
  if (!/exceeded quota/.test(message)) return undefined;
  return { code: 'quota', key: sameWords(message), what: reason, words: message, cure: 'Raise the quota, or free what uses it.' };
}

function silent({ isOwn, reason, message }: Statement): Root | undefined {
  if (isOwn !== true || reason !== '' || !message.startsWith('has no status')) return undefined;
  return { code: 'operator-silent', key: '', what: '', words: message, cure: 'See whether the operator runs and watches this namespace.' };
}
