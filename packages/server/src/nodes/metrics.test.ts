/** What a measurement of metrics-server says. */
import { describe, expect, it } from 'vitest';
import { podMetrics } from './metrics-api.testing.js';
import { sampleOf } from './metrics.js';

describe('a measurement', () => {
  it('is the sum of the containers', () => {
    expect(sampleOf(podMetrics('a', 'pg-1', { cpu: '12345678n', memory: '20Mi', at: 'T' }))).toEqual({
      node: 'pg-1',
      at: 'T',
      cpu: 0.013345678,
      memory: 21 * 2 ** 20,
    });
  });
});
