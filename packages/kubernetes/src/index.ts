export type * from './model.js';
export * from './errors.js';
export { type Authorization, type ClusterAccess, type ExecPlugin, type Impersonation, KubeconfigError, type TextSource } from './access.js';
export { type ConnectOptions, connect, connectKubeconfig } from './client.js';
export { inClusterAccess } from './in-cluster.js';
export { currentContext, type KubeconfigOptions, type KubeconfigSource, loadKubeconfig } from './kubeconfig.js';
export { classify, type Failure } from './outcome.js';
export { errorOfAnswer, errorOfStatus } from './status.js';
export { type ExplainedEvent, explainNamespace, type NamespaceExplanation, type PodProblem, podProblems } from './explain.js';
export {
  type Informer,
  type InformerHandlers,
  type InformerOptions,
  type InformerState,
  type ReportedChange,
  startInformer,
} from './informer.js';
export { applyList, applyWatchEvent, type Change, cacheKey, commit, type Keep, type WatchCache } from './watch-cache.js';
