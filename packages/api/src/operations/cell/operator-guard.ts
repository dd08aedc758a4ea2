/** What an upgrade of an operator's chart would do to the instances of a cell (docs/operator-guard.md). */
import { type Static, Type } from 'typebox';
import { provider } from '../../access.js';
import { flag, optionalText, required, text, texts, whole } from '../../field.js';
import { operation } from '../../operation.js';

const Finding = Type.Object({
  key: text,
  /** field-removed, value-refused, more-findings, stored-version-removed, served-version-removed, scope-changed, names-changed, definition-removed, other-major-version, not-examined. */
  code: text,
  /** The chart is not upgraded for it, unless it is allowed. */
  refuses: flag,
  message: text,
  definition: text,
  kind: text,
  path: optionalText,
  rule: optionalText,
  /** The first of them. */
  objects: Type.Array(Type.Object({ namespace: text, name: text, instanceId: optionalText })),
  count: whole,
});

const GuardedChart = Type.Object({
  repositoryUrl: text,
  chart: text,
  installed: optionalText,
  wanted: text,
  /** install, upgrade, keep. */
  action: text,
  definitions: Type.Array(Type.Object({ name: text, kind: text, change: text, objects: whole })),
  findings: Type.Array(Finding),
  notChecked: texts,
  /** Plan versions with instances in the cell that have the chart, too. */
  users: Type.Array(
    Type.Object({
      planId: text,
      planName: text,
      planVersion: text,
      wants: text,
      instances: whole,
      instanceIds: texts,
      contradicts: flag,
      /** yes, no, unknown. */
      restarts: text,
    }),
  ),
  allowed: flag,
});

const OperatorGuard = Type.Object({
  cellId: text,
  productTierId: text,
  planName: text,
  version: text,
  charts: Type.Array(GuardedChart),
  refused: flag,
});
export type OperatorGuard = Static<typeof OperatorGuard>;

const ROUTE = '/api/deployment-cells/{cell}/operator-guard' as const;

export const operatorGuardOperations = {
  describeOperatorGuard: operation({
    id: 'cellplane#DescribeOperatorGuard',
    api: 'ours',
    route: `GET ${ROUTE}`,
    summary: "What the charts of a plan version would do to a deployment cell's definitions, objects and instances; nothing is changed",
    access: provider('cell:read', 'organization'),
    query: Type.Object({ productTierId: required, version: optionalText }),
    response: OperatorGuard,
  }),
  allowOperatorUpgrade: operation({
    id: 'cellplane#AllowOperatorUpgrade',
    api: 'ours',
    route: `POST ${ROUTE}/allow`,
    summary: 'Allow findings that keep the charts of a plan version from being upgraded in a deployment cell',
    access: provider('cell:write', 'organization'),
    body: Type.Object({ productTierId: required, version: optionalText, findings: Type.Array(required, { maxItems: 5_000 }) }),
    response: OperatorGuard,
  }),
};
