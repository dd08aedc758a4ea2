/**
 * The trail as a chain. Each event is one line of JSON, whose first members are its place and the hash of the line before it; its hash is
 * SHA-256 of that line. So whoever has an export can check it with nothing but it. Who can write to the database could make a whole new
 * chain: therefore its end, and each place up to which it was pruned, are sealed with a key that is not in the database. Pure.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey } from '../derived-key.js';
import type { AuthMethod, Outcome, Source } from './event.js';

/** An event as it is stored; moments as text, to the microsecond. */
export interface EventRow {
  id: string;
  providerOrgId: string;
  at: string;
  operation: string;
  source: Source;
  userId: string;
  userName: string;
  orgId: string;
  orgName: string;
  role: string;
  authMethod: AuthMethod;
  sessionId: string;
  apiKeyId: string;
  byProvider: boolean;
  address: string;
  userAgent: string;
  correlationId: string;
  serviceId: string;
  environmentId: string;
  planId: string;
  instanceId: string;
  subscriptionId: string;
  tenantOrgId: string;
  targets: string[];
  fields: string[];
  outcome: Outcome | null;
  httpStatus: number | null;
  code: string;
  endedAt: string | null;
  operationId: string;
}

/** What goes before the first event. */
export const BEGINNING = Buffer.alloc(32);

/** Of the line. Raised when a member changes its meaning. */
const FORM = 1;

/** The text that is hashed. The order of its members is part of it. */
export function lineOf(position: number, previous: Buffer, row: EventRow): string {
  const { id, providerOrgId, at, endedAt, operation, source, outcome, httpStatus, code } = row;
  return JSON.stringify({
    form: FORM,
    position,
    previousHash: previous.toString('hex'),
    id,
    providerOrgId,
    at,
    endedAt,
    operation,
    source,
    outcome,
    httpStatus,
    code,
    userId: row.userId,
    userName: row.userName,
    orgId: row.orgId,
    orgName: row.orgName,
    role: row.role,
    authMethod: row.authMethod,
    sessionId: row.sessionId,
    apiKeyId: row.apiKeyId,
    byProvider: row.byProvider,
    address: row.address,
    userAgent: row.userAgent,
    correlationId: row.correlationId,
    serviceId: row.serviceId,
    environmentId: row.environmentId,
    planId: row.planId,
    instanceId: row.instanceId,
    subscriptionId: row.subscriptionId,
    tenantOrgId: row.tenantOrgId,
    targets: row.targets,
    fields: row.fields,
    operationId: row.operationId,
  });
}

export function hashOfLine(line: string): Buffer {
  return createHash('sha256').update(line).digest();
}

/** A line of an export: the text that is hashed, with its hash as the last member. */
export function exportLine(line: string, hash: Buffer): string {
  return `${line.slice(0, -1)},"hash":"${hash.toString('hex')}"}\n`;
}

/** The key that seals, of all copies of the program on one master key. */
export function deriveSealKey(masterKey: Uint8Array): Buffer {
  return deriveKey(masterKey, 'audit seals');
}

/** What a seal stands for: the end of a trail, or where it was pruned. */
export interface Sealed {
  what: 'head' | 'checkpoint';
  providerOrgId: string;
  position: number;
  hash: Buffer;
}

export function sealOf(key: Buffer, { what, providerOrgId, position, hash }: Sealed): Buffer {
  return createHmac('sha256', key)
    .update(JSON.stringify([what, providerOrgId, position, hash.toString('hex')]))
    .digest();
}

export function isSealed(key: Buffer, sealed: Sealed, seal: Buffer): boolean {
  const right = sealOf(key, sealed);
  return right.length === seal.length && timingSafeEqual(right, seal);
}
