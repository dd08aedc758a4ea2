/** Deployment cells of the installation, and what only its owner knows of them. */
import { type Static, Type } from 'typebox';
import { flag, freeObject, optional, optionalText, required, text, whole } from '../../field.js';
import { provider } from '../../access.js';
import { operation } from '../../operation.js';

const DeploymentCell = Type.Object({
  id: text,
  key: text,
  kind: text,
  status: text,
  statusDescription: optionalText,
  isDefault: flag,
  kubernetesVersion: optionalText,
  places: Type.Array(Type.Object({ cloudProvider: text, region: text, zones: Type.Array(text) })),
});
export type DeploymentCell = Static<typeof DeploymentCell>;

const CellFacts = Type.Object({
  id: text,
  key: text,
  /** As they were given. */
  facts: freeObject,
  /** What `$sys` shows: with what the kubeconfig and the nodes tell, and what a simulated cell makes up. */
  shown: freeObject,
  /** They are those of CELLPLANE_CELL_FACTS, and are changed there. */
  fromFile: flag,
  simulated: flag,
});
export type CellFacts = Static<typeof CellFacts>;

const CellFinding = Type.Object({
  /** unknown-namespace, database-older, another-cluster, unread-kind. */
  code: text,
  message: text,
  since: text,
  /** The first of them: namespaces, workflows, kinds. */
  names: Type.Array(text),
  count: whole,
  /** What shows or mends it, as it is typed. */
  commands: Type.Array(text),
});

/** A cell, and what the last comparison found there (docs/reconciliation.md). */
export const DescribedCell = Type.Object({
  ...DeploymentCell.properties,
  /** Uid of its kube-system namespace. */
  clusterUid: optionalText,
  /** The one of another cluster that its address leads to. */
  otherClusterUid: optionalText,
  comparison: Type.Object({
    /** When somebody asked for one last. */
    askedAt: optionalText,
    /** When the last one that came to its end had begun and ended. */
    comparedAt: optionalText,
    endedAt: optionalText,
    nextAt: optionalText,
    /** Why the last one did not come to its end. */
    failure: optional(Type.Object({ at: text, message: text })),
    findings: Type.Array(CellFinding),
    /** instances, objects, missingObjects, replacedObjects, missingNamespaces, unknownNamespaces, unknownRuns, instancesThatDiffer, took (milliseconds). */
    counts: Type.Record(Type.String(), Type.Number()),
  }),
});
export type DescribedCell = Static<typeof DescribedCell>;

export const deploymentCellOperations = {
  describeDeploymentCell: operation({
    id: 'cellplane#DescribeDeploymentCell',
    api: 'ours',
    route: 'GET /api/deployment-cells/{cell}',
    summary: 'A deployment cell, by its id or key, and what the last comparison found there',
    access: provider('cell:read', 'organization'),
    response: DescribedCell,
  }),
  compareDeploymentCell: operation({
    id: 'cellplane#CompareDeploymentCell',
    api: 'ours',
    route: 'POST /api/deployment-cells/{cell}/compare',
    summary: 'Compare a deployment cell with the database now; the answer does not wait for it',
    access: provider('cell:write', 'organization'),
    response: DescribedCell,
    successStatus: 202,
  }),
  acceptDeploymentCellCluster: operation({
    id: 'cellplane#AcceptDeploymentCellCluster',
    api: 'ours',
    route: 'POST /api/deployment-cells/{cell}/accept-cluster',
    summary: 'Say that the other cluster that the address of a deployment cell leads to is to take its place',
    access: provider('cell:write', 'organization'),
    body: Type.Object({ clusterUid: required }),
    response: DescribedCell,
  }),
  listDeploymentCells: operation({
    id: 'cellplane#ListDeploymentCells',
    api: 'ours',
    route: 'GET /api/deployment-cells',
    summary: 'Deployment cells of the installation',
    access: provider('cell:read', 'organization'),
    response: Type.Object({ deploymentCells: Type.Array(DeploymentCell) }),
  }),
  getCellFacts: operation({
    id: 'cellplane#GetDeploymentCellFacts',
    api: 'ours',
    route: 'GET /api/deployment-cells/{cell}/facts',
    summary: 'Facts of a deployment cell, by its id or key',
    access: provider('cell:read', 'organization'),
    response: CellFacts,
  }),
  setCellFacts: operation({
    id: 'cellplane#SetDeploymentCellFacts',
    api: 'ours',
    route: 'PUT /api/deployment-cells/{cell}/facts',
    summary: 'Replace the facts of a deployment cell',
    access: provider('cell:write', 'organization'),
    body: Type.Object({ facts: freeObject }),
    response: CellFacts,
  }),
};
