import type { ChartDependency, ExpressionContext } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { chartWish } from './chart-wish.js';

const chart: ChartDependency = { chartName: 'pg', chartVersion: '1.0.0', chartRepoName: 'x', chartRepoURL: 'https://c.example' };
const plan = { id: 'pt-1', name: 'P', version: '1.0' };
const context: Omit<ExpressionContext, 'place'> = {
  sys: { instanceId: 'instance-1', deploymentCell: { region: 'us-east-1' } },
  parameters: { password: { value: 'of A', type: 'Password' } },
  secrets: (name) => (name === 'TOKEN' ? 'of the provider' : undefined),
  resources: {},
  seed: 's',
};

describe('what a plan wants of a chart', () => {
  it('is rendered from what all tenants of a cell share', () => {
    const values = { a: '{{ $secret.TOKEN }}', b: '$sys.deploymentCell.region' };
    expect(chartWish({ ...chart, chartValues: values, password: '$secret.TOKEN' }, context, plan)).toMatchObject({
      ok: true,
      chart: { values: { a: 'of the provider', b: 'us-east-1' }, password: 'of the provider', secrets: ['of the provider'] },
    });
  });

  it.each<[string, Partial<ChartDependency>]>([
    ['values', { chartValues: { a: [{ b: 'x {{ $var.password }}' }] } }],
    ['forced texts', { chartValues: { a: '"$var.password"' } }],
    ['layers', { layeredChartValues: [{ values: { a: '{{ $sys.instanceId }}' } }] }],
    ['scopes', { layeredChartValues: [{ scope: { '{{ $var.password }}': 'x' }, values: {} }] }],
    ['users', { username: '{{ $other.out.user }}' }],
    ['passwords', { password: '$var.password' }],
  ])('is refused where an older plan version has a tenant’s value in its %s', (_what, fields) => {
    const wish = chartWish({ ...chart, ...fields }, context, plan);
    expect(wish).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^chart pg: \$\S+ .*installed once for all instances of the cell/),
    });
    expect(JSON.stringify(wish)).not.toContain('of A');
  });
});
