import type { Controller, ControllerDeps } from '../controllers/controller.js';
import { cnpgAdmission } from './cnpg/admission.js';
import { startBackups } from './cnpg/backup.js';
import { startDatabases } from './cnpg/database.js';
import { startClusters } from './cnpg/cnpg.js';
import { startCustomResources } from './custom-resources.js';
import { startPods } from './pods.js';
import { startWorkloads } from './workloads.js';

/** Starts everything that behaves in the cell: pods, workloads, claims, simulated operators, and what these refuse. */
export function startBehaviours(deps: ControllerDeps): Controller {
  deps.cell.admission.push(cnpgAdmission(deps));
  const running = [startPods, startWorkloads, startClusters, startBackups, startDatabases, startCustomResources].map((start) =>
    start(deps),
  );
  return {
    stop: () => {
      for (const one of running) one.stop();
    },
  };
}
