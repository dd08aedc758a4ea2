/** Drift as the provider's people read it: secrets masked. Pure. */
import type { InstanceDrift } from '@cellplane/api';
import { MASK } from '@cellplane/plan';
import { type DriftFinding, shown } from './drift.js';
import type { KnownObject } from './drift-store.js';

export function driftOnWire(instanceId: string, findings: DriftFinding[], objects: KnownObject[]): InstanceDrift {
  const lookedAt = objects.flatMap((one) => (one.lookedAt === null ? [] : [one.lookedAt.getTime()]));
  return {
    instanceId,
    ...(lookedAt.length === 0 ? {} : { lookedAt: new Date(Math.min(...lookedAt)).toISOString() }),
    objects: objects.length,
    findings: findings.map(findingOnWire),
    troubles: objects.flatMap(({ apiVersion, kind, name, trouble }) =>
      trouble === '' ? [] : [{ apiVersion, kind, name, message: trouble }],
    ),
  };
}

function findingOnWire(one: DriftFinding): InstanceDrift['findings'][number] {
  const value = (of: DriftFinding['ours']) => (one.secret ? MASK : shown(of ?? null));
  return {
    id: one.id,
    apiVersion: one.apiVersion,
    kind: one.kind,
    name: one.name,
    path: one.path,
    ...(one.ours === undefined ? {} : { ours: value(one.ours) }),
    ...(one.theirs === undefined ? {} : { theirs: value(one.theirs) }),
    secret: one.secret,
    manager: one.manager,
    ...(one.operation === '' ? {} : { operation: one.operation }),
    ...(one.subresource === '' ? {} : { subresource: one.subresource }),
    ...(one.since === null ? {} : { since: one.since.toISOString() }),
    firstSeen: one.firstSeen.toISOString(),
    changes: one.changes,
    state: one.state,
    ...(one.decidedBy === null ? {} : { decidedBy: one.decidedBy }),
    ...(one.decidedAt === null ? {} : { decidedAt: one.decidedAt.toISOString() }),
  };
}
