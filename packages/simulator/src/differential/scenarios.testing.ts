import { customScenarios } from './custom.testing.js';
import { machineryScenarios } from './machinery.testing.js';
import { objectScenarios } from './objects.testing.js';
import type { Scenario } from './step.testing.js';

/** Every scenario that is sent to the simulated cell and to a real API server. */
export const scenarios: Scenario[] = [...objectScenarios, ...customScenarios, ...machineryScenarios];
