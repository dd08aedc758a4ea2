/**
 * Charts of our own making in a repository of our own: an operator's chart as small as one can be. It brings a kind, and a
 * Service whose address somebody has to give before Helm calls the installation done, so that a test decides when that is.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A chart repository over HTTP. */
export interface ChartRepository {
  url: string;
  /** Paths asked for, in order. */
  requests: string[];
  close(): Promise<void>;
}

/** A chart to package: its name is also the lower-case name of the kind's group, `<name>.cellplane.test`. */
export interface TestChart {
  name: string;
  versions: string[];
}

/** Packages the charts with Helm and serves them; with `credentials`, to nobody else. */
export async function startChartRepository(
  charts: TestChart[],
  credentials?: { username: string; password: string },
): Promise<ChartRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'cellplane-charts-'));
  const helm = process.env['CELLPLANE_HELM'] ?? 'helm';
  for (const chart of charts) for (const version of chart.versions) await packageChart(helm, folder, chart.name, version);
  return serveCharts(helm, folder, credentials);
}

/** A mirror of these charts, and of each under a further version: the same chart with another number. */
export async function startRenumbered(
  mirror: string,
  charts: { name: string; version: string; also?: string }[],
): Promise<ChartRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'cellplane-charts-'));
  const helm = process.env['CELLPLANE_HELM'] ?? 'helm';
  for (const { name, version, also } of charts) {
    await run(helm, ['pull', name, '--repo', mirror, '--version', version, '--destination', folder]);
    if (also === undefined) continue;
    await run(helm, ['pull', name, '--repo', mirror, '--version', version, '--untar', '--untardir', folder]);
    await run(helm, ['package', join(folder, name), '--version', also, '--destination', folder]);
  }
  return serveCharts(helm, folder);
}

async function serveCharts(helm: string, folder: string, credentials?: { username: string; password: string }): Promise<ChartRepository> {
  await run(helm, ['repo', 'index', folder]);
  const wanted = credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    requests.push(path);
    if (wanted !== undefined && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="charts"' }).end('who are you?');
      return;
    }
    // One folder, no subfolders.
    readFile(join(folder, basename(path))).then(
      (content) => response.writeHead(200).end(content),
      () => response.writeHead(404).end('no such file'),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function packageChart(helm: string, folder: string, name: string, version: string): Promise<void> {
  const source = join(folder, `${name}-source`);
  await mkdir(join(source, 'templates'), { recursive: true });
  await writeFile(join(source, 'Chart.yaml'), JSON.stringify({ apiVersion: 'v2', name, version }));
  await writeFile(join(source, 'values.yaml'), JSON.stringify({ held: false, colour: 'red' }));
  const group = `${name}.cellplane.test`;
  const kind = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  };
  await writeFile(join(source, 'templates', 'crd.yaml'), JSON.stringify(kind));
  await writeFile(
    join(source, 'templates', 'settings.yaml'),
    `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}-settings}
data: {colour: {{ .Values.colour | quote }}, version: {{ .Chart.Version | quote }}}
`,
  );
  // No controller serves this class: the address comes from the test, and Helm waits for it.
  await writeFile(
    join(source, 'templates', 'door.yaml'),
    `{{ if .Values.held }}
apiVersion: v1
kind: Service
metadata: {name: ${name}-door}
spec: {type: LoadBalancer, loadBalancerClass: cellplane.test/nobody, ports: [{port: 1}]}
{{ end }}
`,
  );
  await run(helm, ['package', source, '--destination', folder]);
  await rm(source, { recursive: true, force: true });
}

/** One chart dependency of a plan. */
export interface WantedTestChart {
  name: string;
  version: string;
  values?: Record<string, unknown>;
  username?: string;
  password?: string;
}

/** A plan whose instances are one Widget of the last chart's kind. */
export function widgetPlan(plan: string, repositoryUrl: string, namespace: string, charts: WantedTestChart[]): string {
  const group = `${charts.at(-1)?.name}.cellplane.test`;
  const manifest = { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: '{{ $sys.instanceId }}' }, spec: { colour: 'any' } };
  // JSON is YAML.
  return JSON.stringify({
    name: plan,
    deployment: { hostedDeployment: { awsAccountId: '000000000000', awsBootstrapRoleAccountArn: 'arn:aws:iam::000000000000:role/x' } },
    services: [
      {
        name: 'Widget',
        operatorCRDConfiguration: {
          helmChartDependencies: charts.map(({ name, version, values, username, password }) => ({
            chartName: name,
            chartVersion: version,
            chartRepoName: 'test',
            chartRepoURL: repositoryUrl,
            namespace,
            ...(values === undefined ? {} : { chartValues: values }),
            ...(username === undefined ? {} : { username }),
            ...(password === undefined ? {} : { password }),
          })),
        },
        systemWorkflows: {
          create: {
            workflow: {
              entrypoint: 'make',
              activeDeadlineSeconds: 120,
              templates: [{ name: 'make', resource: { action: 'apply', manifest: JSON.stringify(manifest) } }],
            },
          },
        },
      },
    ],
  });
}
