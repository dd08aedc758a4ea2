export type * from './model.js';
export * from './failure/errors.js';
export {
  type Authorization,
  type ClusterAccess,
  type ExecPlugin,
  type Impersonation,
  KubeconfigError,
  type TextSource,
} from './credentials/access.js';
export { type ConnectOptions, connect, connectKubeconfig } from './client.js';
export { eachObject } from './each-object.js';
export { inClusterAccess } from './credentials/in-cluster.js';
export { currentContext, type KubeconfigOptions, type KubeconfigSource, loadKubeconfig } from './credentials/kubeconfig.js';
export { classify, type Failure } from './failure/outcome.js';
export { errorOfAnswer, errorOfStatus } from './failure/status.js';
export { type ExplainedEvent, explainNamespace, type NamespaceExplanation, type PodProblem, podProblems, readEvent } from './explain.js';
export {
  type Informer,
  type InformerHandlers,
  type InformerOptions,
  type InformerState,
  type ReportedChange,
  startInformer,
} from './watch/informer.js';
export { QUANTITY_UNITS } from './quantity-units.js';
export { applyList, applyWatchEvent, type Change, cacheKey, commit, type Keep, type WatchCache } from './watch/watch-cache.js';
