export { type Server, type ServerOptions, startServer } from './compose.js';
export { type Config, ConfigError, readConfig } from './config.js';
export { createLogger, type Logger, silentLogger } from './log.js';
export { serve, VERSION } from './main.js';
