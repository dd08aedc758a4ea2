/** The way of the example plan to a RUNNING instance, on a server that answers. */
import type { InstanceProgress } from '@cellplane/api';
import { type Client, createClient, ResponseError } from '@cellplane/api/client';
import { seconds } from '../progress/lines.js';
import { showProgress } from '../progress/show.js';
import type { Screen } from '../progress/screen.js';
import { CommandFailure } from '../failure.js';
import type { Credentials, SignIns } from './credentials.js';
import { buildExample, createExampleInstance, type ExamplePlan, findExampleInstance, setExampleSecrets } from './example.js';
import { ensureTenants, type Tenant } from './tenants.js';

export interface Outcome {
  instanceId: string;
  progress: InstanceProgress | undefined;
  /** Who has the instance, and who has none. */
  tenants: [Tenant, Tenant];
}

/** Builds the plan, makes two customers, and creates an instance of the first one or goes on with that of an earlier start; shows each step. */
export async function journeyToRunning(url: string, { customers, ...credentials }: SignIns, screen: Screen): Promise<Outcome> {
  const say = (mark: string, text: string) => screen.write(`  ${mark} ${text}\n`);
  let token: string | undefined;
  const client: Client = createClient({ baseUrl: url, token: () => token });
  token = await signedIn(client, credentials);

  const secrets = await setExampleSecrets(client);
  if (secrets.length > 0) say('✓', `Secrets set, with example values: ${secrets.join(', ')}`);
  const plan = await buildExample(client);
  say('✓', `Plan "${plan.planName}" built: version ${plan.version}${plan.isNewVersion ? '' : ' (unchanged)'}`);
  for (const warning of plan.warnings) say('!', warning);

  const tenants = await ensureTenants(url, client, plan, customers);
  const [owner, other] = tenants;
  say('✓', `Customers ${owner.company} (${owner.email}) and ${other.company} (${other.email}): each has a subscription of the plan`);

  const began = Date.now();
  const existing = await findExampleInstance(client, owner.subscriptionId);
  if (existing !== undefined) return { instanceId: existing, progress: await goOn(client, plan, existing, screen), tenants };
  const instanceId = await createExampleInstance(client, plan, owner.subscriptionId);
  say('▸', `Instance ${instanceId} of ${owner.company} is being created`);
  return { instanceId, progress: await follow(client, instanceId, screen, began), tenants };
}

/** The token of the provider. @throws CommandFailure where the provider has a second factor: nobody is asked for a code here */
async function signedIn(client: Client, credentials: Credentials): Promise<string> {
  try {
    return (await client.signin({ body: credentials })).jwtToken;
  } catch (error) {
    if (!(error instanceof ResponseError) || error.body.secondFactor === undefined) throw error;
    throw new CommandFailure(
      'second_factor_needed',
      `${credentials.email} has a second factor, and this command signs in with the password alone, to show the example. The server has ended; everything in it stays.`,
      [
        { say: 'Run the server without the example, and sign in as usual:', command: ['serve'] },
        { say: 'To see the example again, remove the second factor while the server runs:', command: ['factor', 'remove', '…'] },
      ],
    );
  }
}

/** What an earlier start left: shown as it is, followed to its end, or, where its create failed, tried again. */
async function goOn(client: Client, plan: ExamplePlan, instanceId: string, screen: Screen): Promise<InstanceProgress | undefined> {
  screen.write(`  ✓ Instance ${instanceId} is there from an earlier start\n`);
  const found = await client.describeInstanceProgress({ params: { id: instanceId } });
  if (found.status !== 'FAILED' || !found.final || found.run === undefined) return follow(client, instanceId, screen);
  screen.write(`  ✗ ${found.run.kind} failed then: ${found.statusDescription ?? found.run.message}\n`);
  const began = Date.now();
  try {
    const { serviceId, environmentId } = plan;
    await client.updateWorkflow({ params: { serviceId, environmentId, id: found.run.id }, body: { status: 'retry' } });
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    screen.write(`  ✗ ${found.run.kind} cannot be retried: ${error.body.message}\n`);
    sayCures(instanceId, found, screen);
    return found;
  }
  screen.write(`  ▸ ${found.run.kind} is retried; what has succeeded stays\n`);
  return follow(client, instanceId, screen, began);
}

async function follow(client: Client, instanceId: string, screen: Screen, began?: number): Promise<InstanceProgress | undefined> {
  const progress = await showProgress(client.followInstance(instanceId), screen);
  const status = progress?.status ?? 'UNKNOWN';
  const after = began === undefined ? '' : ` after ${seconds(Date.now() - began)}`;
  screen.write(`  ${status === 'RUNNING' ? '✓' : status === 'STOPPED' ? '–' : '✗'} Instance ${instanceId} is ${status}${after}\n`);
  if (status !== 'RUNNING' && progress?.statusDescription !== undefined) screen.write(`    ${progress.statusDescription}\n`);
  if (status === 'STOPPED') screen.write(`    Start it with: npx cellplane instance start ${instanceId}\n`);
  if (status === 'FAILED' && progress !== undefined) sayCures(instanceId, progress, screen);
  return progress;
}

function sayCures(instanceId: string, progress: InstanceProgress, screen: Screen): void {
  if (progress.run !== undefined)
    screen.write(`    When the cause is cured: npx cellplane workflow retry ${progress.run.id}   (the next start does it, too)\n`);
  screen.write(`    Or begin anew:           npx cellplane instance delete ${instanceId} --yes, then start again\n`);
}
