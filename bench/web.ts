/**
 * Benchmark (s): the web application in Chromium, against `cellplane serve` on the simulated cell with many instances (`many-instances.sql`
 * copies one). Main pages of both fronts, opened by their own address: in a browser that has nothing of them, once more, and over a slow
 * network; then what a person does on the long lists, and typing in the plan editor. Times are the browser's own: largest contentful paint,
 * layout shifts, event timing; processor time is that of the page's main thread.
 * usage: node bench/dist/web.js [--instances 1000] [--times 3] [--only loads,answers,editor] [--port 18097]
 */
import { loadavg } from 'node:os';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { record } from './figures.js';
import { offerPlan } from './offer.js';
import { PASSWORD } from './product.js';
import { thingPlan } from './thing-plan.js';
import { answersOf, type Deeds, EDITOR, LIST } from './web/answers.js';
import { launch, type Person } from './web/browser.js';
import { type Load, loadsOf } from './web/loads.js';
import { settled, type World, withProduct } from './world.js';

const { values } = parseArgs({
  options: {
    instances: { type: 'string', default: '1000' },
    times: { type: 'string', default: '3' },
    only: { type: 'string', default: 'loads,answers,editor' },
    port: { type: 'string', default: '18097' },
  },
});
const instances = Number(values.instances);
const wanted = values.only.split(',');
/** Goals of the application, and of Lighthouse for what it calls good. */
const GOALS = { lcp: 2_500, cls: 0.1, answer: 100 };

const PROVIDER: Person = { email: 'bench@example.com', password: PASSWORD };
const CUSTOMER: Person = { email: 'ada@bench.example', password: PASSWORD };

/** What is done where, and by whom. */
interface Doing {
  name: string;
  path: string;
  person: Person;
  deeds: Deeds;
}

/** Whom the page is for; nobody is signed in where people begin. */
const PAGES: { name: string; path: string; person?: Person }[] = [
  { name: 'sign-in', path: '/sign-in' },
  { name: 'portal, instances', path: '/instances', person: CUSTOMER },
  { name: 'portal, an instance', path: '/instances/{id}', person: CUSTOMER },
  { name: 'portal, create', path: '/create/{plan}', person: CUSTOMER },
  { name: 'console, overview', path: '/console', person: PROVIDER },
  { name: 'console, instances', path: '/console/instances', person: PROVIDER },
  { name: 'console, plan editor', path: '/console/plan-editor', person: PROVIDER },
];
const LISTS: Doing[] = [
  { name: `the portal's list, ${instances} instances`, path: '/instances', person: CUSTOMER, deeds: LIST },
  { name: `the console's list, ${instances} instances`, path: '/console/instances', person: PROVIDER, deeds: LIST },
];
const WRITING: Doing = { name: 'the plan editor', path: '/console/plan-editor', person: PROVIDER, deeds: EDITOR };

// Nothing is compared with the cell meanwhile: the copies have no objects there.
const env = { CELLPLANE_RECONCILE_INTERVAL: '86400', CELLPLANE_DRIFT_INTERVAL: '604800' };
await withProduct(
  Number(values.port),
  async (world) => {
    const made = await fill(world);
    const browser = await launch();
    try {
      if (wanted.includes('loads')) await loads(browser, world, made);
      if (wanted.includes('answers')) for (const one of LISTS) await answers(browser, world, one);
      if (wanted.includes('editor')) await answers(browser, world, WRITING);
    } finally {
      await browser.close();
    }
  },
  { env },
);

/** A customer with a subscription and an instance, and its copies. */
async function fill(world: World): Promise<Record<string, string>> {
  const { client, database } = world;
  const { built, params } = await offerPlan(client, thingPlan({ name: 'Web', isRestartable: true }), 'Web');
  const { serviceID: serviceId, serviceEnvironmentID: environmentId, productTierID: plan } = built;
  // The address is taken for confirmed: nobody reads its mail.
  const userId = await client.createConsumptionUser({
    body: { ...CUSTOMER, name: 'Ada', legalCompanyName: 'Bench', enableAutoVerification: true },
  });
  const subscription = await client.createSubscription({
    params: { serviceId, environmentId },
    body: { productTierId: plan, onBehalfOfCustomerUserId: userId },
  });
  const { id } = await client.createInstance({ params, body: { requestParams: {}, subscriptionId: subscription.id } });
  await settled(world, [id]);
  await database.pool.query(await readFile(new URL('../many-instances.sql', import.meta.url), 'utf8'), [id, instances]);
  await database.pool.query('vacuum analyze');
  return { id, plan };
}

async function loads(browser: Browser, { product }: World, made: Record<string, string>): Promise<void> {
  for (const { name, path, person } of PAGES) {
    const address = product.url + path.replaceAll(/\{(\w+)\}/g, (_, key: string) => made[key] ?? '');
    const figures = await loadsOf(browser, address, person, Number(values.times));
    const { cold, warm, slow } = figures;
    const words = (kind: string, { lcp, kilobytes }: Load) => `${kind} ${lcp.toFixed(0)} ms, ${kilobytes.toFixed(0)} KiB`;
    const shift = Math.max(cold.cls, warm.cls, slow.cls);
    record({
      benchmark: `(s) ${name}, LCP, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
      measured: `${words('first', cold)}; ${words('again', warm)}; ${words('slow 4G', slow)}; CLS ${shift.toFixed(3)}`,
      goal: {
        text: `LCP ≤ ${GOALS.lcp} ms, on slow 4G, too; CLS ≤ ${GOALS.cls}`,
        met: Math.max(cold.lcp, warm.lcp, slow.lcp) <= GOALS.lcp && shift <= GOALS.cls,
      },
      figures,
    });
  }
}

async function answers(browser: Browser, { product }: World, { name, path, person, deeds }: Doing): Promise<void> {
  const figures = await answersOf(browser, product.url + path, person, deeds);
  const longest = Math.max(...figures.map(({ inp }) => inp));
  const dearest = Math.max(...figures.map(({ cpu }) => cpu));
  record({
    benchmark: `(s) answers of ${name}, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
    measured: `INP ${longest.toFixed(0)} ms; processor ms: ${figures.map((one) => `${one.name} ${one.cpu.toFixed(0)}`).join(', ')}`,
    goal: { text: `≤ ${GOALS.answer} ms each`, met: longest <= GOALS.answer && dearest <= GOALS.answer },
    figures,
  });
}
