/**
 * Fields of Kubernetes objects that name something whose holder gains by the name: secrets, credentials, accounts, rights,
 * namespaces. One list, read by their keys: custom resources spell the same thing in many ways.
 */

/** What a value in such a field would name. */
export type Named = 'a namespace' | 'a secret' | 'credentials' | 'a service account' | 'rights';

/** One row of the list. Keys are compared in small letters without `-` and `_`; steps into lists don't count. */
interface Row {
  named: Named;
  /** The field itself: `secretName`, `tlsSecretNames[0]`. */
  key?: RegExp;
  /** A map or list above the field: `secretKeyRef.name`, `imagePullSecrets[0].name`. */
  within?: RegExp;
  /** Keys below `within` that name. @default name, names, key, keys, secretName */
  leaf?: RegExp;
}

const NAME_LEAF = /^(?:names?|keys?|secretnames?|secretkeys?|property|valuefrom)$/;

/** Everything that names. Rows are tested one by one in `naming-fields.test.ts`. */
const NAMING_FIELDS: readonly Row[] = [
  // namespace, sourceNamespace, includedNamespaces[0]
  { named: 'a namespace', key: /namespaces?$/ },
  // namespaceSelector.matchNames[0], namespaceRef.name
  { named: 'a namespace', within: /namespace(?:selector|ref|reference)s?$/, leaf: /./ },
  // secretName, passwordSecret, existingSecret, clientCASecret, tlsSecretNames[0], secrets[0], imagePullSecrets[0], an annotation auth-secret
  { named: 'a secret', key: /secrets?(?:names?|keynames?)?$/ },
  // secretRef and secretKeyRef given as a text
  { named: 'a secret', key: /secrets?(?:key)?(?:ref|reference|selector)s?$/ },
  // existingSecretKey, secretKeys, userPasswordKey: which entry of a secret is read
  { named: 'a secret', key: /^(?:[a-z]*secret[a-z]*keys?|[a-z]*passwordkey)$/ },
  // superuserSecret.name, imagePullSecrets[0].name, secret.secretName, secretKeyRef.key, envFrom[0].secretRef.name, volumes[0].secret.items[0].key
  { named: 'a secret', within: /secrets?(?:key)?(?:ref|reference|selector|store|storeref|template|class)?s?$/, leaf: NAME_LEAF },
  // CSI: secretProviderClass; external secrets: remoteRef.key, dataFrom[0].extract.key
  { named: 'a secret', key: /secretproviderclass(?:name)?$/ },
  { named: 'a secret', within: /^(?:remoteref|extract)$/, leaf: /^(?:key|property)$/ },
  // tls[0].secretName is above; Gateway: certificateRefs[0].name
  { named: 'a secret', within: /certificaterefs?$/, leaf: NAME_LEAF },
  // CloudNativePG and others: password.name, sslKey.key, externalClusters[0].sslCert.name
  {
    named: 'credentials',
    within:
      /^(?:[a-z]*password|ssl(?:key|cert|rootcert)|[a-z]*token|accesskeyid|secretaccesskey|accesskey|secretkey|sessiontoken|connectionstring|storagekey|storagesastoken|privatekey)(?:ref|selector|from)?$/,
    leaf: NAME_LEAF,
  },
  // passwordRef, tokenRef, authRef, given as a text or as a map
  { named: 'credentials', key: /(?:password|token|auth)(?:ref|reference|selector)s?$/ },
  { named: 'credentials', within: /(?:password|token|auth)(?:ref|reference|selector)s?$/, leaf: NAME_LEAF },
  // credentials, credentialsName, cloudCredentialRef; s3Credentials.accessKeyId.name, credentials.source
  { named: 'credentials', key: /credentials?(?:names?|ref|reference)?$/ },
  { named: 'credentials', within: /credentials?(?:ref|reference|selector)?s?$/, leaf: /^(?:names?|keys?|secretnames?|source|ref|id)$/ },
  // serviceAccountName, serviceAccount, iamServiceAccount, serviceAccount.name, serviceAccountRef.name, the annotation of a token
  { named: 'a service account', key: /serviceaccounts?(?:names?|ref)?$/ },
  { named: 'a service account', within: /serviceaccounts?(?:ref|reference|selector|template)?s?$/, leaf: /^names?$/ },
];

/** Of objects of rights, everything is: whose they are, and which. */
const RIGHTS = /^(?:ClusterRole|Role|ClusterRoleBinding|RoleBinding)$/;
const RIGHTS_FIELD = /^(?:rules|subjects|roleRef|aggregationRule)\b/;
/** What is named by the name of an object of its kind. */
const BY_KIND: Readonly<Record<string, Named>> = {
  Secret: 'a secret',
  Namespace: 'a namespace',
  ServiceAccount: 'a service account',
  Role: 'rights',
  RoleBinding: 'rights',
  ClusterRole: 'rights',
  ClusterRoleBinding: 'rights',
};

/** What the field at a path would name in an object of this kind; undefined if it names nothing of these. Paths are those of `formatPath`. */
export function namedAt(path: string, kind: unknown): Named | undefined {
  const byKind = typeof kind === 'string' ? BY_KIND[kind] : undefined;
  if (path === 'metadata.name' || path === 'metadata.generateName') return byKind;
  if (typeof kind === 'string' && RIGHTS.test(kind) && RIGHTS_FIELD.test(path)) return 'rights';
  const steps = keysOf(path);
  const [first = '', second = ''] = steps;
  // What an object carries is no name of its own: the data of a Secret or ConfigMap, and labels, which are only compared.
  if (first === 'metadata' && second === 'labels') return undefined;
  if (isPayload(kind) && /^(?:data|stringdata|binarydata)$/.test(first)) return undefined;
  const leaf = steps.at(-1) ?? '';
  for (const { named, key, within, leaf: wanted = NAME_LEAF } of NAMING_FIELDS) {
    if (key?.test(leaf) === true) return named;
    if (within !== undefined && wanted.test(leaf) && steps.slice(0, -1).some((step) => within.test(step))) return named;
  }
  return undefined;
}

function isPayload(kind: unknown): boolean {
  return kind === 'Secret' || kind === 'ConfigMap';
}

/** A key says at its end what it is. */
const LONGEST_KEY = 128;

/** The keys of a path, in small letters without `-`, `_`; of keys such as `kubernetes.io/service-account.name` the dots, too. Steps into lists are left out. */
function keysOf(path: string): string[] {
  const steps = path.match(/\[\d+\]|\["(?:[^"\\]|\\.)*"\]|[^.[\]]+/g) ?? [];
  return steps
    .filter((step) => !/^\[\d/.test(step))
    .map((step) =>
      step
        .slice(-LONGEST_KEY)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, ''),
    );
}
