/**
 * Benchmark (b): four-task creates per second on a real API server with a stub operator, beside a bare loop. The two take turns,
 * a different one first each time, each after creates that are not counted; the figure is the ratio of each pair, and the median of the pairs.
 * usage: node bench/dist/creates.js [KUBECONFIG] [--instances 500] [--concurrency 32] [--rounds 5] [--warm-up 500]
 */
import { parseArgs } from 'node:util';
import { connectKubeconfig } from '@cellplane/kubernetes';
import type { Figure } from './batch.js';
import { startPostgres } from './embedded.js';
import { median, range, record } from './figures.js';
import { runProgram } from './program.js';
import { cleanUp, defaultKubeconfig, prepareCluster, startStubOperator } from './widget.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    instances: { type: 'string', default: '500' },
    concurrency: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '500' },
  },
});
const kubeconfig = positionals[0] ?? defaultKubeconfig();
const client = connectKubeconfig(kubeconfig);
const postgres = await startPostgres();
await prepareCluster(client);
const stopOperator = await startStubOperator(client);

const common = (name: string, round: number) => [kubeconfig, values.instances, values.concurrency, `${name}-${round}`];
const bare = (round: number) => runProgram<Figure>('bare-loop.js', [...common('bare', round), values['warm-up']]);
const engine = (round: number) =>
  runProgram<Figure>('engine-loop.js', [...common('engine', round), JSON.stringify(postgres.connection), 'creates', values['warm-up']]);

const pairs: { bare: Figure; engine: Figure }[] = [];
try {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const bareFirst = round % 2 === 0;
    const first = await (bareFirst ? bare(round) : engine(round));
    const second = await (bareFirst ? engine(round) : bare(round));
    const pair = bareFirst ? { bare: first, engine: second } : { bare: second, engine: first };
    pairs.push(pair);
    const persecond = (figure: Figure) => ((Number(values.instances) / figure.milliseconds) * 1000).toFixed(0);
    console.log(
      `round ${round + 1}: bare ${persecond(pair.bare)}/s, engine ${persecond(pair.engine)}/s, ratio ${(pair.engine.milliseconds / pair.bare.milliseconds).toFixed(2)} (CPU of the process: ${(pair.bare.cpuMilliseconds / 1000).toFixed(1)} s, ${(pair.engine.cpuMilliseconds / 1000).toFixed(1)} s)`,
    );
  }
  const ratios = pairs.map((pair) => pair.engine.milliseconds / pair.bare.milliseconds);
  const cpu = pairs.map((pair) => pair.engine.cpuMilliseconds / Number(values.instances));
  record({
    benchmark: '(b) creates: engine / bare loop',
    measured: `${median(ratios).toFixed(2)} (${range(ratios, 2)}), ${median(cpu).toFixed(1)} ms CPU a create`,
    goal: { text: '≤ 1.50', met: median(ratios) <= 1.5 },
    figures: pairs,
  });
} finally {
  await stopOperator();
  await cleanUp(client);
  await client.close();
  await postgres.stop();
}
