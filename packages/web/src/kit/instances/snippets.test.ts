import { describe, expect, it } from 'vitest';
import { credentialsOf } from './credentials';
import { endpointsOf, type Topologies } from './endpoints';
import { protocolOf } from './protocol';
import { snippetsOf } from './snippets';

const TARGET = { host: 'db.example.com', port: 5432 };
const textOf = (name: string, ...of: Parameters<typeof snippetsOf>) => snippetsOf(...of).find((one) => one.name === name)?.text;

describe('a protocol', () => {
  it.each([
    [5432, [], 'postgres'],
    [27017, [], 'mongodb'],
    [443, ['Postgres'], 'https'],
    [15432, ['Acme Postgres'], 'postgres'],
    [9187, ['Acme Postgres'], undefined],
    [7000, ['Widgets'], undefined],
  ])('of port %i of %j is %s', (port, named, protocol) => expect(protocolOf(port, named)).toBe(protocol));
});

describe('snippets', () => {
  it('leave open what nobody knows', () =>
    expect(textOf('URI', 'postgres', TARGET)).toBe('postgres://<user>:<password>@db.example.com:5432/postgres'));
  it('carry what is known, as a URI takes it', () =>
    expect(textOf('psql', 'postgres', { ...TARGET, user: 'app', database: 'orders', password: 'a/b@c' })).toBe(
      'psql "postgres://app:a%2Fb%40c@db.example.com:5432/orders"',
    ));
  it('of an unknown protocol are the address alone', () =>
    expect(snippetsOf(undefined, TARGET)).toEqual([{ name: 'Address', text: 'db.example.com:5432' }]));
  it('of the web name no port that is the usual one', () =>
    expect(textOf('URL', 'https', { host: 'a.example', port: 443 })).toBe('https://a.example'));
});

it('credentials are read by their names; secrets only by their key', () => {
  expect(credentialsOf({ databaseName: 'orders', username: 'app', adminPassword: '***', other: '***', size: 3 })).toEqual({
    database: 'orders',
    user: 'app',
    passwordKey: 'adminPassword',
  });
  expect(credentialsOf({ userLimit: '3', password: 'in the clear' })).toEqual({});
  expect(credentialsOf({ tls: '-----BEGIN CERTIFICATE-----\nMII' })).toEqual({ ca: '-----BEGIN CERTIFICATE-----\nMII' });
});

it('endpoints of the main resource come first, and in it the primary one', () => {
  const endpoint = (primary: boolean) => ({ endpoint: 'h', healthStatus: 'UNKNOWN', networkingType: 'PUBLIC', openPorts: [1], primary });
  const topologies = {
    a: { main: false, resourceName: 'Side', additionalEndpoints: { side: endpoint(true) } },
    b: {
      main: true,
      resourceName: 'Main',
      additionalEndpoints: { reader: endpoint(false), writer: endpoint(true) },
      inClusterEndpoints: { writer: 'w' },
    },
  } as unknown as Topologies;
  expect(endpointsOf(topologies).map(({ name, inCluster }) => `${name} ${inCluster ?? ''}`)).toEqual(['writer w', 'reader ', 'side ']);
});
