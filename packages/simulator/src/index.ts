export { startSimulator, type Simulator, type SimulatorOptions } from './simulator.js';
export { type Clock, systemClock } from './clock.js';
export { SIMULATED_CHARTS, type ChartRelease, type SimulatedChart } from './behaviours/charts.js';
export { cnpgCrds, barmanCrds } from './behaviours/cnpg/crds.js';
