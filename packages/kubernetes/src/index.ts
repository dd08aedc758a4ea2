export type * from './model.js';
export * from './errors.js';
export { type Authorization, type ClusterAccess, type ExecPlugin, type Impersonation, KubeconfigError, type TextSource } from './access.js';
export { type ConnectOptions, connect, connectKubeconfig } from './client.js';
export { inClusterAccess } from './in-cluster.js';
export { type KubeconfigOptions, type KubeconfigSource, loadKubeconfig } from './kubeconfig.js';
export { classify, type Failure } from './outcome.js';
export { errorOfAnswer, errorOfStatus } from './status.js';
