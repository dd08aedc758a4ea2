/** What of a target is secret, and is masked wherever it is shown: in reads, and in what receivers answer. Pure. */
import { MASK } from '@cellplane/plan';
import type { Target } from './target.js';
import { literalsOf } from './template.js';

/** A target as reads show it: what may be a secret is masked. */
export function maskedTarget(target: Target) {
  switch (target.type) {
    case 'email':
      return { email: { to: target.to } };
    case 'slack':
      return { slack: { webhookUrl: maskedUrl(target.url) } };
    case 'pagerDuty':
      return { pagerDuty: { integrationKey: MASK } };
    case 'webhook':
      return {
        webhook: {
          method: target.method,
          url: maskedUrl(target.url),
          headers: masked(target.headers),
          additionalBodyParameters: masked(target.extra),
        },
      };
  }
}

function masked(members: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.keys(members).map((name) => [name, MASK]));
}

/** Many receivers have their token in the path or query: only where it goes to is shown. */
export function maskedUrl(text: string): string {
  const { origin, pathname, search } = new URL(text);
  return pathname === '/' && search === '' ? `${origin}/` : `${origin}/${MASK}`;
}

/** Shorter ones stand in any text by chance. Characters. */
const SHORTEST_SECRET = 4;

/** The text without these. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const longestFirst = secrets.filter(({ length }) => length >= SHORTEST_SECRET).toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((left, secret) => left.replaceAll(secret, MASK), text);
}

/** Everything of a target that may be a secret, and the parts of it that may be said back alone: a token behind `Bearer`, a segment of a path. */
export function secretsOf(target: Target): string[] {
  switch (target.type) {
    case 'email':
      return [];
    case 'slack':
      return ofUrl(target.url);
    case 'pagerDuty':
      return [target.integrationKey];
    case 'webhook':
      return [...ofUrl(target.url), ...Object.values(target.headers).flatMap(ofHeader), ...literalsOf(target.extra)];
  }
}

/** Of parts, what is long enough for a secret and no word of a sentence. Characters. */
const SHORTEST_PART = 8;

function ofUrl(text: string): string[] {
  const { pathname, search, searchParams } = new URL(text);
  const parts = [...pathname.split('/'), ...searchParams.values()].flatMap((part) => [part, decoded(part)]);
  return [text, ...[pathname, search].filter(({ length }) => length > 1), ...parts.filter(({ length }) => length >= SHORTEST_PART)];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function ofHeader(value: string): string[] {
  return [value, ...value.split(/[\s,;=]+/).filter(({ length }) => length >= SHORTEST_PART)];
}
