import { applyingScenarios } from './applying.testing.js';
import { customScenarios } from './custom.testing.js';
import { kindScenarios } from './kinds.testing.js';
import { machineryScenarios } from './machinery.testing.js';
import { objectScenarios } from './objects.testing.js';
import { ownershipScenarios } from './ownership.testing.js';
import { postgresScenarios } from './postgres.testing.js';
import { refusalScenarios } from './refusals.testing.js';
import type { Scenario } from './step.testing.js';

/** Every scenario that is sent to the simulated cell and to a real API server. */
export const scenarios: Scenario[] = [
  ...objectScenarios,
  ...applyingScenarios,
  ...customScenarios,
  ...ownershipScenarios,
  ...machineryScenarios,
  ...kindScenarios,
  ...refusalScenarios,
  ...postgresScenarios,
];
