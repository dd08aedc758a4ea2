/** A small plan spec, and a catalogue on a test database, for tests of this room and those to its right. */
import type { Caller } from '@cellplane/api';
import type { Database } from '../database/database.js';
import { ensureFirstProvider } from '../identity/provider.js';
import type { Inventory } from './inventory.js';
import { differenceHandlers } from './difference/handlers.js';
import { environmentHandlers } from './environment/handlers.js';
import { featureHandlers } from './feature/handlers.js';
import { planHandlers } from './plan-handlers.js';
import { planReadHandlers } from './reads/handlers.js';
import { schemaHandlers } from './schema/handlers.js';
import { serviceHandlers } from './service-handlers.js';

/** A valid spec; `image` changes what it compiles to, `plan` its name. */
export function testSpec(options: { plan?: string; image?: string; comment?: string } = {}): string {
  return `# ${options.comment ?? 'a plan'}
name: ${options.plan ?? 'Small Plan'}
deployment:
  hostedDeployment:
    awsAccountId: "000000000000"
    awsBootstrapRoleAccountArn: "arn:aws:iam::000000000000:role/omnistrate-bootstrap-role"
tenancyType: CUSTOM_TENANCY
services:
  - name: Cache
    apiParameters:
      - key: size
        name: Size
        description: How big
        type: Float64
        modifiable: true
        defaultValue: "1"
      - key: adminPassword
        name: Admin password
        description: Of the administrator
        type: Password
        defaultValue: "changeme"
    systemWorkflows:
      create:
        outputParameters:
          image: "$tasks.apply.resource.data.image"
        workflow:
          entrypoint: main
          templates:
            - name: main
              dag:
                tasks:
                  - name: apply
                    template: apply
            - name: apply
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata:
                    name: cache
                  data:
                    image: ${options.image ?? 'one'}
                    size: "{{ $var.size }}"
`;
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** An inventory without instances; members can be replaced. */
export function emptyInventory(members: Partial<Inventory> = {}): Inventory {
  return {
    countInstances: async () => [],
    countSnapshots: async () => 0,
    removeSnapshots: async () => ({ left: 0 }),
    isQuiet: async () => true,
    endPlans: async () => {},
    searchInstances: async () => [],
    searchSubscriptions: async () => [],
    searchSnapshots: async () => [],
    searchCells: async () => [],
    searchUpgradePaths: async () => [],
    latestUpgradePaths: async () => [],
    subscribedPlans: async () => [],
    regions: async () => [{ cloudProvider: 'aws', region: 'us-east-1' }],
    unfilled: async () => [],
    ...members,
  };
}

/** Handlers of the catalogue and a caller of the installation's provider. */
export async function testCatalog(db: Database, inventory: Inventory = emptyInventory()) {
  const provider = await ensureFirstProvider(db, { email: 'ops@example.com', password: 'a password' });
  const caller: Caller = { userId: provider.userId, email: provider.email, orgId: provider.orgId, roleType: 'root' };
  return {
    caller,
    handlers: {
      ...serviceHandlers({ db, inventory, sources: { chartMirrors: [], chartSourcesAllowed: [] } }),
      ...environmentHandlers({ db, inventory }),
      ...differenceHandlers({ db }),
      ...featureHandlers({ db }),
      ...planHandlers({ db, inventory }),
      ...planReadHandlers({ db, inventory }),
      ...schemaHandlers({ db, inventory }),
    },
  };
}
