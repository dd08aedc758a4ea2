/**
 * Benchmark (j): what one tenant's wide loop does to another tenant's reaction. `cellplane serve` on the simulated cell; one
 * tenant's instances are created a few at a time, each a Widget with a gate and a ConfigMap after it. A stub operator makes each
 * gate true, and the figure is the time from right before it sends the status until a watch has seen the ConfigMap. Measured in
 * turns: with nothing else, and while another instance's workflow loops over thousands of items.
 * usage: node bench/dist/fair.js [--items 5000] [--reactions 150] [--rounds 2] [--at-once 2] [--port 18093]
 */
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ApiError, connectKubeconfig, startInformer } from '@cellplane/kubernetes';
import { quantile, record } from './figures.js';
import { planHead } from './plan-head.js';
import { offer } from './offer.js';
import { each, isBusy, settled, withProduct } from './world.js';

const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '5000' },
    reactions: { type: 'string', default: '150' },
    rounds: { type: 'string', default: '2' },
    'at-once': { type: 'string', default: '2' },
    port: { type: 'string', default: '18093' },
  },
});
const [items, reactions, atOnce] = [Number(values.items), Number(values.reactions), Number(values['at-once'])];

/** Long enough that the engine has committed its wait and does nothing any more. */
const READY_AFTER_MS = 150;

const HEAD = (name: string, parameters: string) => `${planHead(name)}${parameters}    systemWorkflows:
      create:
        workflow:
          entrypoint: main
          settleSeconds: 0
`;

const REACTION = `${HEAD('Reaction', '')}          templates:
            - name: main
              dag: {tasks: [{name: widget, template: widget}, {name: after, template: after, dependencies: [widget]}]}
            - name: widget
              resource:
                action: apply
                successCondition: status.phase == Ready
                manifest: |
                  apiVersion: bench.example.com/v1
                  kind: Widget
                  metadata: {name: "{{ $sys.instanceId }}", annotations: {cellplane.dev/simulate: hang}}
                  spec: {size: 1}
            - name: after
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: "{{ $sys.instanceId }}-after", labels: {bench: after}}
                  data: {state: done}
`;

const WIDE = `${HEAD('Wide', `    apiParameters:\n      - {key: items, type: Json, defaultValue: '${JSON.stringify(Array.from({ length: items }, (_, index) => index))}'}\n`)}          arguments: {parameters: [{name: items, value: "{{ $var.items }}"}]}
          templates:
            - name: main
              dag: {tasks: [{name: each, template: one, withParam: "{{workflow.parameters.items}}", arguments: {parameters: [{name: n, value: "{{item}}"}]}}]}
            - name: one
              inputs: {parameters: [{name: n}]}
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: "one-{{inputs.parameters.n}}"}
                  data: {n: "{{inputs.parameters.n}}"}
`;

await withProduct(Number(values.port), async (world) => {
  const { client, probe } = world;
  const cell = connectKubeconfig(join(dirname(probe), 'data', 'simulated-cell', 'kubeconfig'));
  const [react, loop] = [await offer(client, 'Reaction', REACTION), await offer(client, 'Wide', WIDE)];
  const changed = new Map<string, number>();
  let figures: number[] = [];
  const seen = startInformer(
    cell,
    { apiVersion: 'v1', kind: 'ConfigMap', labelSelector: 'bench=after' },
    {
      onChange: ({ type, object }) => {
        const id = object.metadata.namespace ?? '';
        const at = changed.get(id);
        if (type === 'DELETED' || at === undefined) return;
        changed.delete(id);
        figures.push(performance.now() - at);
      },
    },
  );
  const operator = startInformer(
    cell,
    { apiVersion: 'bench.example.com/v1', kind: 'Widget' },
    {
      onChange: ({ type, object }) => {
        if (type === 'DELETED' || object['status'] !== undefined) return;
        const { namespace = '', name } = object.metadata;
        setTimeout(() => {
          changed.set(namespace, performance.now());
          cell
            .patch(
              { apiVersion: object.apiVersion, kind: object.kind, namespace, name },
              'merge',
              { status: { phase: 'Ready' } },
              { subresource: 'status' },
            )
            .catch((error: ApiError) => console.error(`stub operator: ${error.message}`));
        }, READY_AFTER_MS);
      },
    },
  );
  const measure = async (count: number) => {
    figures = [];
    const turns = Array.from({ length: count }, (_, index) => index);
    await each(turns, atOnce, async () => settled(world, [await react()]));
    return figures;
  };
  // The first one also makes the kind known to the cell.
  await measure(20);
  await Promise.all([seen.ready, operator.ready]);
  const rounds: { alone: number[]; beside: number[]; loopSeconds: number }[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const alone = await measure(reactions);
    const began = performance.now();
    const wide = await loop();
    const beside: number[] = [];
    // As many as come while the loop goes on.
    while (await isBusy(world, wide)) beside.push(...(await measure(atOnce)));
    await settled(world, [wide]);
    rounds.push({ alone, beside, loopSeconds: (performance.now() - began) / 1_000 });
    const shown = (all: number[]) => `p50 ${quantile(all, 0.5).toFixed(0)} ms, p99 ${quantile(all, 0.99).toFixed(0)} ms (${all.length})`;
    console.log(
      `round ${round + 1}: alone ${shown(alone)}; beside ${shown(beside)}; the loop took ${rounds.at(-1)?.loopSeconds.toFixed(0)} s`,
    );
  }
  await Promise.all([seen.stop(), operator.stop()]);
  await cell.close();
  const [alone, beside] = [rounds.flatMap((round) => round.alone), rounds.flatMap((round) => round.beside)];
  const of = (all: number[]) => `p50 ${quantile(all, 0.5).toFixed(0)} ms, p99 ${quantile(all, 0.99).toFixed(0)} ms (${all.length})`;
  const ratio = quantile(beside, 0.99) / quantile(alone, 0.99);
  record({
    benchmark: `(j) reaction beside a loop of ${items} items`,
    measured: `alone ${of(alone)}; beside the loop ${of(beside)}: p99 ${ratio.toFixed(2)} times the usual; the loop took ${rounds.map((round) => round.loopSeconds.toFixed(0)).join(', ')} s`,
    goal: { text: 'p99 ≤ 2 times the usual', met: ratio <= 2 },
    figures: rounds,
  });
});
