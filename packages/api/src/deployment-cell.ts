/** Deployment cells of the installation, and what only its owner knows of them. */
import { type Static, Type } from 'typebox';
import { flag, freeObject, optionalText, text } from './field.js';
import { operation } from './operation.js';

export const DeploymentCell = Type.Object({
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

export const CellFacts = Type.Object({
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

export const deploymentCellOperations = {
  listDeploymentCells: operation({
    id: 'cellplane#ListDeploymentCells',
    api: 'ours',
    route: 'GET /api/deployment-cells',
    summary: 'Deployment cells of the installation',
    response: Type.Object({ deploymentCells: Type.Array(DeploymentCell) }),
  }),
  getCellFacts: operation({
    id: 'cellplane#GetDeploymentCellFacts',
    api: 'ours',
    route: 'GET /api/deployment-cells/{cell}/facts',
    summary: 'Facts of a deployment cell, by its id or key',
    response: CellFacts,
  }),
  setCellFacts: operation({
    id: 'cellplane#SetDeploymentCellFacts',
    api: 'ours',
    route: 'PUT /api/deployment-cells/{cell}/facts',
    summary: 'Replace the facts of a deployment cell',
    body: Type.Object({ facts: freeObject }),
    response: CellFacts,
  }),
};
