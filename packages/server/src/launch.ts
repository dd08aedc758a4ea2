/** What a program needs that starts a server as a process of its own. It loads none of the server, which takes longest to load. */
export { type Config, ConfigError, readConfig } from './config.js';
export { askCluster, type ClusterSeen } from './cells/ask-cluster.js';
export { stopLeftBehind } from './left-behind.js';
export { noticeOf } from './log.js';
export { type LineSink, openSink } from './process/line-sink.js';
export { Interrupted, type Interruption, interruption, onParentGone, whenAborted } from './process/interruption.js';
export { serverEnvironment } from './exec/child-environment.js';
export { type ChildMessage, PARENT_LINK_VARIABLE, type ParentMessage } from './process/parent-link.js';
