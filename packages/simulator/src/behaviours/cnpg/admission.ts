import type { Admission, Write } from '../../api/cell.js';
import { type FieldProblem, invalid, StatusError } from '../../api/status.js';
import type { ControllerDeps } from '../../controllers/controller.js';
import { objectAt, stringAt } from '../../json.js';
import type { Operator } from '../behaviour.js';
import { operatorRuns } from './cnpg.js';
import { clusterChanges } from './change-rules.js';
import { backupRules, databaseRules, scheduledBackupRules, scheduledBackupWarnings } from './object-rules.js';
import { clusterRules } from './rules.js';
import { clusterWarnings } from './warnings.js';

const GROUP = 'postgresql.cnpg.io';
const VALIDATION = 'cnpg.io/validation';

/** The rules of one kind: for every write, and for a change. */
interface Rules {
  check: (object: Write['object']) => FieldProblem[];
  change?: (object: Write['object'], live: Write['object']) => FieldProblem[];
  warn?: (object: Write['object']) => string[];
  /** The kind as the operator names it in refusals of a change, where it differs. */
  changed?: { group: string; kind: string };
}

const RULES: Record<string, Rules> = {
  Cluster: { check: clusterRules, change: clusterChanges, warn: clusterWarnings, changed: { group: 'cluster.cnpg.io', kind: 'Cluster' } },
  Backup: { check: backupRules },
  ScheduledBackup: { check: scheduledBackupRules, warn: scheduledBackupWarnings },
  Database: { check: databaseRules, changed: { group: 'database.cnpg.io', kind: 'Database ' } },
};

/** The validating webhooks of the CloudNativePG operator (1.29), while its chart is installed: what it refuses, in its words. */
export function cnpgAdmission(deps: ControllerDeps): Admission {
  const operator: Operator = { cell: deps.cell, name: 'cloudnative-pg', scaled: deps.scaled };
  return ({ kind, object, live, subresource }) => {
    const rules = kind.group === GROUP ? RULES[kind.kind] : undefined;
    if (rules === undefined || subresource !== '' || object.metadata.deletionTimestamp !== undefined || !operatorRuns(operator)) return [];
    const asked = objectAt(object, 'metadata', 'annotations')[VALIDATION];
    if (asked === 'disabled') return [DISABLED];
    const warnings = [
      ...(asked === undefined || asked === '' || asked === 'enabled'
        ? []
        : [`invalid ${JSON.stringify(VALIDATION)} annotation: ${JSON.stringify(asked)} (expected "enabled" or "disabled")`]),
      ...(rules.warn?.(object) ?? []),
    ];
    const problems = [...rules.check(object), ...(live === undefined ? [] : (rules.change?.(object, live) ?? []))];
    if (problems.length > 0)
      throw denied(kind.kind, stringAt(object, 'metadata', 'name'), problems, live === undefined ? undefined : rules.changed);
    return warnings;
  };
}

const DISABLED =
  'validation webhook is disabled — all changes are accepted without validation. This may lead to unsafe or destructive operations. Proceed with extreme caution.';

function denied(kind: string, name: string, problems: FieldProblem[], named: { group: string; kind: string } | undefined): StatusError {
  const refused = invalid(named ?? { group: GROUP, kind: kind === 'Database' ? 'Database ' : kind }, name, problems);
  const webhook = `v${kind.toLowerCase()}.cnpg.io`;
  return new StatusError(
    refused.code,
    refused.reason,
    `admission webhook ${JSON.stringify(webhook)} denied the request: ${refused.message}`,
    refused.details,
  );
}
