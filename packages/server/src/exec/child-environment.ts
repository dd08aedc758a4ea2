/**
 * What the environment of a child holds. Anybody of this account, and root, can read it in /proc for as long as the child
 * lives, and whoever gets hold of the child has it: so each name is one that a child needs, and none of them is Cellplane's own.
 */

type Environment = Record<string, string | undefined>;

/** How programs are found, and how they reach the network. */
const EVERY_CHILD = [
  'PATH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** Where credential plugins have their sessions, and how they reach their cloud. */
const PLUGIN = [
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TZ',
  'KUBECONFIG',
  'ALL_PROXY',
  'all_proxy',
  'REQUESTS_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
  'USE_GKE_GCLOUD_AUTH_PLUGIN',
  'DBUS_SESSION_BUS_ADDRESS',
];

/** What the clouds' own tools read: a plugin signs in with it. */
const PLUGIN_PREFIXES = [
  'AAD_',
  'ALIBABA_CLOUD_',
  'ARM_',
  'AWS_',
  'AZURE_',
  'CLOUDSDK_',
  'DIGITALOCEAN_',
  'GOOGLE_',
  'HCLOUD_',
  'IBMCLOUD_',
  'LINODE_',
  'OCI_',
  'OS_',
  'SCW_',
  'TELEPORT_',
  'XDG_',
];

/** The environment of a child: what every child needs, and what this one needs besides. */
export function childEnvironment(more: Record<string, string> = {}, own: Environment = process.env): Record<string, string> {
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', ...named(own, (name) => EVERY_CHILD.includes(name)), ...more };
}

/**
 * The environment of credential plugins of a kubeconfig, which sign in to a cloud. What one needs besides stands in the
 * kubeconfig, under the plugin's `env`.
 */
export function pluginEnvironment(own: Environment = process.env): Record<string, string> {
  const wanted = (name: string) => PLUGIN.includes(name) || PLUGIN_PREFIXES.some((prefix) => name.startsWith(prefix));
  return childEnvironment(named(own, wanted), own);
}

/** Variables that hold a secret of Cellplane, or may: no child has them in its environment. */
export const SECRET_VARIABLES = ['CELLPLANE_PROVIDER_PASSWORD', 'CELLPLANE_MASTER_KEY', 'DATABASE_URL', 'PGPASSWORD'] as const;

/**
 * The environment of a server that is started as a child: all of ours, because it is the same program for the same person,
 * without the secrets. Those go over the channel between the two.
 */
export function serverEnvironment(own: Environment): { environment: Record<string, string>; secrets: Record<string, string> } {
  const isSecret = (name: string) => SECRET_VARIABLES.some((secret) => secret === name);
  return { environment: named(own, (name) => !isSecret(name)), secrets: named(own, isSecret) };
}

function named(own: Environment, wanted: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) => (value !== undefined && wanted(name) ? [[name, value] as const] : [])),
  );
}
