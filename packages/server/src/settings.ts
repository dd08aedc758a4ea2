/** Every environment variable that people set, in the order in which docs/settings.md shows them. What is read is in `config.ts`. */
export interface Setting {
  name: string;
  group: 'address' | 'storage' | 'cell' | 'charts' | 'access' | 'mail' | 'engine' | 'log';
  /** The value that counts if the variable is not set, as it would be typed; absent where there is none. */
  fallback?: string;
  /** Markdown: what the value is, and what happens without it. */
  meaning: string;
}

/** Headings of the groups, in order. */
export const SETTING_GROUPS: Readonly<Record<Setting['group'], string>> = {
  address: 'Address',
  storage: 'Data and keys',
  cell: 'The default deployment cell',
  charts: 'Charts',
  access: 'Who gets in',
  mail: 'Mail',
  engine: 'Work',
  log: 'Log',
};

/** Those whose values are never shown. */
export const SECRET_SETTINGS: readonly string[] = [
  'DATABASE_URL',
  'CELLPLANE_MASTER_KEY',
  'CELLPLANE_PROVIDER_PASSWORD',
  'CELLPLANE_METRICS_TOKEN',
  'CELLPLANE_SMTP_URL',
];

export const SETTINGS: readonly Setting[] = [
  { name: 'CELLPLANE_PORT', group: 'address', fallback: '8080', meaning: 'Port that the server listens on. 0: any free one.' },
  {
    name: 'CELLPLANE_HOST',
    group: 'address',
    fallback: '127.0.0.1',
    meaning: 'Address that the server listens on. `0.0.0.0` or `::` for all; put TLS in front then ([production](production.md)).',
  },
  {
    name: 'CELLPLANE_SERVER',
    group: 'address',
    meaning:
      'Read by the commands, not by the server: the address that they speak to, such as `https://cellplane.example`. Without it the commands use `CELLPLANE_HOST` and `CELLPLANE_PORT`.',
  },
  {
    name: 'CELLPLANE_PROFILE',
    group: 'address',
    meaning:
      'Read by the commands: the profile that they use where `--profile` names none (`cellplane profile --help`). It counts before `CELLPLANE_SERVER`.',
  },
  {
    name: 'CELLPLANE_ENDPOINT_DOMAIN',
    group: 'address',
    fallback: 'cellplane.local',
    meaning: "Parent domain of the instances' endpoint names. Cellplane writes no DNS records.",
  },
  {
    name: 'CELLPLANE_TRUSTED_PROXIES',
    group: 'address',
    meaning:
      'Addresses and networks of the proxies in front, such as `127.0.0.1, 10.0.0.0/8`. The server believes `X-Forwarded-For` from these only. Without it, from nobody.',
  },
  {
    name: 'DATABASE_URL',
    group: 'storage',
    meaning:
      'PostgreSQL 14 or later, `postgresql://user:password@host:5432/database`. Without it the server runs an embedded PostgreSQL in the data directory. One server process opens up to 45 connections.',
  },
  {
    name: 'CELLPLANE_DATA_DIR',
    group: 'storage',
    meaning:
      "Directory of the embedded PostgreSQL, the simulated cell and the master key. Without it `~/.cellplane`; for root `/var/lib/cellplane`. As root, PostgreSQL runs as `postgres` or `nobody`; where that account cannot enter your directory, PostgreSQL's files lie in `/var/lib/cellplane`.",
  },
  {
    name: 'CELLPLANE_MASTER_KEY_FILE',
    group: 'storage',
    meaning:
      'File with the key that encrypts secrets: 32 bytes in base64. Without it and without `CELLPLANE_MASTER_KEY`, the first start makes one in the data directory.',
  },
  {
    name: 'CELLPLANE_MASTER_KEY',
    group: 'storage',
    meaning: 'The same key as text, for where a file cannot be mounted. `CELLPLANE_MASTER_KEY_FILE` goes before it.',
  },
  {
    name: 'CELLPLANE_KUBECONFIG',
    group: 'cell',
    meaning:
      'Kubeconfig of a real cluster as the default cell. Without it, the simulated cell. Rights: [Kubernetes access](kubernetes-access.md).',
  },
  {
    name: 'CELLPLANE_CELL_PLACES',
    group: 'cell',
    meaning:
      'Where the cluster stands: `aws/us-east-1/us-east-1a+us-east-1b,aws/us-west-2`. Without it the labels of its nodes say so ([places](places.md)).',
  },
  {
    name: 'CELLPLANE_CELL_FACTS',
    group: 'cell',
    meaning:
      'YAML file with facts of the default cell, read at each start ([system parameters](system-parameters.md)). Without it, the facts that `cellplane deployment-cell facts set` stored.',
  },
  {
    name: 'CELLPLANE_SIMULATED_OPERATORS',
    group: 'cell',
    fallback: 'succeed',
    meaning:
      '`succeed`, `fail` or `hang`: what operators do that the simulated cell does not know. For one object: the annotation `cellplane.dev/simulate` with `fail`, `hang`, or `{"after":"2s","status":{"phase":"Running"}}`.',
  },
  {
    name: 'CELLPLANE_SIMULATION',
    group: 'cell',
    fallback: 'off',
    meaning: '`on`: the server belongs to one `cellplane simulate`, which sets it ([simulate](simulate.md)).',
  },
  { name: 'CELLPLANE_HELM', group: 'charts', fallback: 'helm', meaning: 'Path of Helm 3, or its name on the `PATH`.' },
  {
    name: 'CELLPLANE_TOFU',
    group: 'charts',
    fallback: 'tofu',
    meaning: 'Path of OpenTofu, or its name on the `PATH`. Nothing uses it yet: Terraform resources are not served.',
  },
  {
    name: 'CELLPLANE_CHART_MIRRORS',
    group: 'charts',
    meaning:
      'Chart repositories that are fetched from elsewhere: `https://charts.example=http://127.0.0.1:8879`, several separated by commas.',
  },
  {
    name: 'CELLPLANE_CHART_SOURCES_ALLOW',
    group: 'charts',
    meaning:
      'Chart sources beside the open internet: `charts.corp.example,*.corp.example,10.0.0.0/8,http://127.0.0.1:8879`. `http://` in front allows an unencrypted connection.',
  },
  {
    name: 'CELLPLANE_PROVIDER_EMAIL',
    group: 'access',
    meaning: 'E-mail address of the first provider user. Without it the first start makes one up and prints it once.',
  },
  {
    name: 'CELLPLANE_PROVIDER_PASSWORD',
    group: 'access',
    meaning: 'Password of that user. Without it the first start makes one up and prints it once.',
  },
  {
    name: 'CELLPLANE_METRICS_TOKEN',
    group: 'access',
    meaning:
      '16 to 256 visible ASCII characters. Whoever sends it as a bearer token reads `/metrics`, and reads in `/readyz` what is wrong in words. Without it anybody reads the figures.',
  },
  {
    name: 'CELLPLANE_WEBHOOK_PRIVATE_TARGETS',
    group: 'access',
    fallback: 'false',
    meaning:
      '`true`: webhooks may go to addresses of private networks, of this machine and of the cloud’s metadata ([notifications](notifications.md#where-a-webhook-may-go)). Everybody who may make a channel can then send requests there.',
  },
  {
    name: 'CELLPLANE_SSO_PRIVATE_ADDRESSES',
    group: 'access',
    fallback: 'false',
    meaning:
      '`true`: [identity providers](sso.md) may stand at addresses of private networks and of this machine, and speak `http://`. Whoever may keep identity providers can then have requests sent there.',
  },
  {
    name: 'CELLPLANE_SIGN_UP',
    group: 'access',
    fallback: 'open',
    meaning: '`open`: anybody makes an account as a customer. `invited`: only who was invited. `closed`: nobody ([people](people.md)).',
  },
  {
    name: 'CELLPLANE_PASSKEY_ORIGINS',
    group: 'access',
    meaning:
      'Addresses of the pages that may ask for [passkeys](second-factor.md#passkeys): `https://console.acme.example`, several separated by commas. Without it, `http://localhost` with the port of `CELLPLANE_PORT`.',
  },
  {
    name: 'CELLPLANE_PASSKEY_DOMAIN',
    group: 'access',
    meaning:
      'Domain that passkeys are for, such as `acme.example`; all these pages are in it. Another one makes the passkeys of before useless. Without it, the host of the first page.',
  },
  {
    name: 'CELLPLANE_SMTP_URL',
    group: 'mail',
    meaning:
      'SMTP server that mails go out through: `smtp://user:password@mail.example.com:587`, or `smtps://`. Without it mails stay in the outbox (`cellplane mail list`), or a portal sends them ([people](people.md#mail)).',
  },
  {
    name: 'CELLPLANE_MAIL_FROM',
    group: 'mail',
    fallback: 'Cellplane <cellplane@localhost>',
    meaning: 'Sender of mails, such as `Acme <no-reply@acme.example>`.',
  },
  {
    name: 'CELLPLANE_PORTAL_URL',
    group: 'mail',
    meaning: "Address of the customers' portal, which links in mails lead to. Without it mails tell commands.",
  },
  {
    name: 'CELLPLANE_WORK',
    group: 'engine',
    fallback: 'on',
    meaning: '`off`: this copy answers requests and leaves all runs to the other copies.',
  },
  {
    name: 'CELLPLANE_BACKUPS_PER_CELL',
    group: 'engine',
    fallback: '20',
    meaning: 'How many backups that are due by schedule run in one cell at a time, and how many removals of expired snapshots.',
  },
  {
    name: 'CELLPLANE_RECONCILE_INTERVAL',
    group: 'engine',
    fallback: '300',
    meaning: 'Seconds from one comparison of a cell with the database to the next ([reconciliation](reconciliation.md)).',
  },
  {
    name: 'CELLPLANE_DRIFT_INTERVAL',
    group: 'engine',
    fallback: '1800',
    meaning: 'Seconds from one look at a cell for [drift](drift.md) to the next, a tenth more or less. 0: only where somebody asks.',
  },
  {
    name: 'CELLPLANE_DRIFT_REQUESTS',
    group: 'engine',
    fallback: '300',
    meaning: 'Requests that a look for drift sends to a cell in a minute, at most.',
  },
  {
    name: 'CELLPLANE_USAGE_INTERVAL',
    group: 'engine',
    fallback: '300',
    meaning: 'Seconds from one count of what the instances of a cell [use](usage.md) to the next. 0: nothing is metered.',
  },
  {
    name: 'CELLPLANE_AUDIT_DAYS',
    group: 'access',
    fallback: '400',
    meaning: 'Days for which events of the [audit trail](audit.md) are kept.',
  },
  {
    name: 'CELLPLANE_HISTORY_DAYS',
    group: 'engine',
    fallback: '14,PROD=90',
    meaning:
      'Days for which workflow runs, operations and notes of instances are kept, and others for single environment types; what an instance still stands on is kept beyond that ([retention](retention.md)).',
  },
  {
    name: 'CELLPLANE_DELETED_DAYS',
    group: 'engine',
    fallback: '400',
    meaning:
      'Days for which deleted instances, plans, environments and services can still be read by their ids ([retention](retention.md)).',
  },
  {
    name: 'CELLPLANE_LOOP_LIMIT',
    group: 'engine',
    fallback: '30',
    meaning:
      'Seconds after which a process whose event loop stands still writes what held it, and ends. Run the server under a supervisor. 0: never.',
  },
  { name: 'CELLPLANE_LOG_LEVEL', group: 'log', fallback: 'info', meaning: '`debug`, `info`, `warn` or `error`.' },
];
