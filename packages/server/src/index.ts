export * from './launch.js';
export { type Server, type ServerOptions, startServer } from './compose.js';
export type { Check } from './doctor/check.js';
export { type Examination, examineCluster } from './doctor/doctor.js';
export { clusterRole, rightsFor } from './doctor/rights.js';
export { createLogger, type Logger, silentLogger } from './log.js';
export { main, serve, VERSION } from './main.js';
// The engine by itself, for benchmarks and for programs of others: give it a database, cells and stages.
export { type Clock, type DatabaseClock, startDatabaseClock } from './database/clock.js';
export { type Connection, type OpenDatabase, openDatabase, sql, transaction } from './database/database.js';
export { startEmbedded } from './database/embedded/embedded.js';
export { migrate } from './database/migrate.js';
export { migrateJobQueue } from './engine/wake-up-jobs.js';
export { type Engine, type EngineOptions, startEngine } from './engine/engine.js';
export { insertRun } from './engine/insert-run.js';
export type * from './engine/model.js';
export { createSealer, type Sealer } from './secrets/envelope.js';
