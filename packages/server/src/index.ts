export { type Server, type ServerOptions, startServer } from './compose.js';
export { type Config, ConfigError, readConfig } from './config.js';
export { type ClusterSeen, lookAtCluster } from './cells/look-at-cluster.js';
export { stopLeftBehind } from './left-behind.js';
export { type LineSink, openSink } from './line-sink.js';
export { createLogger, type Logger, noticeOf, silentLogger } from './log.js';
export { main, serve, VERSION } from './main.js';
export { serverEnvironment } from './exec/child-environment.js';
export { type ChildMessage, PARENT_LINK_VARIABLE, type ParentMessage } from './parent-link.js';
// The engine by itself, for benchmarks and for programs of others: give it a database, cells and stages.
export { type Clock, type DatabaseClock, startDatabaseClock } from './database/clock.js';
export { type Connection, type OpenDatabase, openDatabase, sql, transaction } from './database/database.js';
export { startEmbedded } from './database/embedded/embedded.js';
export { migrate } from './database/migrate.js';
export { migrateDoorbell } from './engine/wake-up-jobs.js';
export { type Engine, type EngineOptions, startEngine } from './engine/engine.js';
export { insertRun } from './engine/insert-run.js';
export type * from './engine/model.js';
export { createSealer, type Sealer } from './secrets/envelope.js';
