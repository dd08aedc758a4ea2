/**
 * How one cluster is reached and who we are there: plain data, made from a kubeconfig (`kubeconfig.ts`) or from a pod's
 * service account (`in-cluster.ts`), used by `connect`. It may hold secrets: never log it.
 */
export interface ClusterAccess {
  /** Base URL of the API server, with its path prefix if it has one, without a slash at the end. */
  server: string;
  /** Authority to trust, PEM. Without it: the roots that Node trusts. */
  certificateAuthority?: TextSource;
  /** Accept any server certificate. */
  insecureSkipTlsVerify?: boolean;
  /** Name to expect in the server's certificate, instead of the host of `server`. */
  tlsServerName?: string;
  /** HTTP proxy, reached with CONNECT. */
  proxyUrl?: string;
  /** Client certificate and key, PEM. */
  clientCertificate?: { certificate: TextSource; key: TextSource };
  authorization?: Authorization;
  /** Identity that every call takes on, unless the call names another. */
  impersonate?: Impersonation;
  /** Namespace of the kubeconfig context, for callers that want a default; no call uses it by itself. */
  namespace?: string;
}

/** Text that is given, or read from a file when needed; a file is looked at again after a minute. */
export type TextSource = { data: string } | { file: string };

/** What goes into the Authorization header, and where it comes from. */
export type Authorization =
  | { kind: 'bearer'; token: TextSource }
  | { kind: 'basic'; username: string; password: string }
  | { kind: 'exec'; plugin: ExecPlugin };

/** A program that prints an ExecCredential (client.authentication.k8s.io). */
export interface ExecPlugin {
  apiVersion: 'client.authentication.k8s.io/v1' | 'client.authentication.k8s.io/v1beta1';
  command: string;
  args: string[];
  env: { name: string; value: string }[];
  /** Told to the user where the program is missing. */
  installHint?: string;
  /** We never give a terminal to the program, so `Always` is refused. */
  interactiveMode: 'Never' | 'IfAvailable' | 'Always';
  /** Whether the program is told about the cluster, in KUBERNETES_EXEC_INFO. */
  provideClusterInfo: boolean;
  /** The cluster's exec extension (`client.authentication.k8s.io/exec`), passed on with the cluster. */
  clusterConfig?: unknown;
}

export interface Impersonation {
  user: string;
  uid?: string;
  groups?: string[];
  extra?: Record<string, string[]>;
}

/** A kubeconfig, or credentials in it, that cannot be used. `message` names the field and the cure, never a secret. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
  readonly code = 'KUBECONFIG_INVALID';
}
