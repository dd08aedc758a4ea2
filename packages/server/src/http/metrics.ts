/** Metrics in Prometheus' text format. Other rooms register theirs on the same registry. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { House } from '../room.js';

export interface Metrics {
  registry: Registry;
  /** Called once for every answered request; seconds. */
  observeRequest(operation: string, status: number, seconds: number): void;
  /** A number that is read whenever somebody asks; NaN if it cannot be read, so that the others are told still. */
  addGauge(name: string, help: string, read: () => Promise<number>): void;
  /** The same for each value of a label; none where they cannot be read. */
  addGauges(name: string, help: string, label: string, read: () => Promise<Record<string, number>>): void;
  /** A number that only grows while the process runs. */
  addCounter(name: string, help: string, read: () => number): void;
}

/** A registry with the process's own metrics, the request histogram, and what the rooms give. */
export function createMetrics(house: Partial<Pick<House, 'gauges' | 'counters'>> = {}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'cellplane_http_request_duration_seconds',
    help: 'Time to answer a request, by operation and status',
    labelNames: ['operation', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  const metrics: Metrics = {
    registry,
    observeRequest: (operation, status, seconds) => requests.observe({ operation, status: String(status) }, seconds),
    addGauge: (name, help, read) => {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [registry],
        collect: async () => gauge.set(await read().catch(() => Number.NaN)),
      });
    },
    addCounter: (name, help, read) => {
      const counter: Counter = new Counter({
        name,
        help,
        registers: [registry],
        collect: () => {
          counter.reset();
          counter.inc(read());
        },
      });
    },
    addGauges: (name, help, label, read) => {
      const gauge: Gauge = new Gauge({
        name,
        help,
        labelNames: [label],
        registers: [registry],
        collect: async () => {
          const values = await read().catch(() => ({}));
          gauge.reset();
          for (const [of, value] of Object.entries(values)) gauge.set({ [label]: of }, value);
        },
      });
    },
  };
  for (const { name, help, read } of house.counters ?? []) metrics.addCounter(name, help, read);
  for (const gauge of house.gauges ?? []) {
    if ('label' in gauge) metrics.addGauges(gauge.name, gauge.help, gauge.label, gauge.read);
    else metrics.addGauge(gauge.name, gauge.help, gauge.read);
  }
  return metrics;
}
