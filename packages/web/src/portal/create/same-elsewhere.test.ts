import { expect, it } from 'vitest';
import type { Origin } from '../own';
import { asCommand } from './same-elsewhere';

const ORIGIN = {
  service: { serviceName: "Anna's Postgres" },
  offering: { serviceEnvironmentName: 'Prod', productTierName: 'Small' },
  resource: { name: 'Database' },
} as unknown as Origin;

it('whatever names and values hold, a shell reads them as words', () => {
  expect(asCommand(ORIGIN, { cloud: 'aws', region: 'us-east-1' }, { size: '$(reboot)' }).replaceAll(' \\\n ', '')).toBe(
    `cellplane instance create --service 'Anna'\\''s Postgres' --environment Prod --plan Small --resource Database --cloud-provider aws --region us-east-1 --param '{"size":"$(reboot)"}' --wait`,
  );
});

it('without values there is no --param', () => {
  expect(asCommand(ORIGIN, { cloud: 'aws', region: 'us-east-1' }, {})).not.toContain('--param');
});

it('a version that was chosen, and a subscription of somebody else, are named', () => {
  const text = asCommand(ORIGIN, { cloud: 'aws', region: 'us-east-1', version: '1.0' }, {}, { subscriptionId: 'sub-1' });
  expect(text.split(' \\\n  ')).toEqual(expect.arrayContaining(['--plan Small', '--version 1.0', '--subscription-id sub-1']));
});
