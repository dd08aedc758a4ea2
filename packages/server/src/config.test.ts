import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './config.js';

const user = { isRoot: false, home: '/home/ada' };

describe('readConfig', () => {
  it('has the defaults of the contract', () => {
    expect(readConfig({}, user)).toEqual({
      host: '127.0.0.1',
      port: 8080,
      dataDir: '/home/ada/.cellplane',
      chartMirrors: [],
      chartSourcesAllowed: [],
      helm: 'helm',
      tofu: 'tofu',
      provider: {},
      endpointDomain: 'cellplane.local',
      logLevel: 'info',
      work: true,
      simulatedOperators: 'succeed',
      simulation: false,
      backupsPerCell: 20,
      trustedProxies: [],
      webhookPrivateTargets: false,
      ssoPrivateAddresses: false,
      reconcileMs: 300_000,
      driftMs: 1_800_000,
      usageMs: 300_000,
      driftRequests: 300,
      auditDays: 400,
      historyDays: { usual: 14, of: { PROD: 90 } },
      deletedDays: 400,
      loopLimitSeconds: 30,
      mailFrom: 'Cellplane <cellplane@localhost>',
      signUp: 'open',
      relyingParty: { id: 'localhost', origins: ['http://localhost:8080'] },
    });
    expect(readConfig({ DATABASE_URL: ' ' }, { ...user, isRoot: true }).dataDir).toBe('/var/lib/cellplane');
  });

  it('reads for how long history is kept', () => {
    expect(readConfig({ CELLPLANE_HISTORY_DAYS: '7, prod=365', CELLPLANE_DELETED_DAYS: '30' }, user)).toMatchObject({
      historyDays: { usual: 7, of: { PROD: 365 } },
      deletedDays: 30,
    });
    expect(() => readConfig({ CELLPLANE_HISTORY_DAYS: 'PROD=90' }, user)).toThrow(
      'CELLPLANE_HISTORY_DAYS is "PROD=90"; use a number of days',
    );
    expect(() => readConfig({ CELLPLANE_DELETED_DAYS: '0' }, user)).toThrow('CELLPLANE_DELETED_DAYS is "0"');
  });

  it('reads the site of passkeys', () => {
    const env = { CELLPLANE_PASSKEY_ORIGINS: 'https://console.acme.example', CELLPLANE_PASSKEY_DOMAIN: 'acme.example' };
    expect(readConfig(env, user).relyingParty).toEqual({ id: 'acme.example', origins: ['https://console.acme.example'] });
    expect(() => readConfig({ CELLPLANE_PASSKEY_ORIGINS: 'http://console.acme.example' }, user)).toThrow(ConfigError);
  });

  it('reads the token of figures, and never says it', () => {
    expect(readConfig({ CELLPLANE_METRICS_TOKEN: 'a-token-of-20-letters' }, user)).toMatchObject({ metricsToken: 'a-token-of-20-letters' });
    for (const token of ['too-short', 'with a blank in the middle'])
      expect(() => readConfig({ CELLPLANE_METRICS_TOKEN: token }, user)).toThrow(
        /^CELLPLANE_METRICS_TOKEN must be (?!.*(too-short|blank))/,
      );
  });

  it('reads how mails go out, and says no password', () => {
    const env = {
      CELLPLANE_SMTP_URL: 'smtps://u:p%40ss@mail.example:465',
      CELLPLANE_MAIL_FROM: 'a@b.example',
      CELLPLANE_PORTAL_URL: 'https://p.example//',
    };
    expect(readConfig({ ...env, CELLPLANE_SIGN_UP: 'Invited' }, user)).toMatchObject({
      smtpUrl: 'smtps://u:p%40ss@mail.example:465',
      mailFrom: 'a@b.example',
      portalUrl: 'https://p.example',
      signUp: 'invited',
    });
    expect(() => readConfig({ CELLPLANE_SMTP_URL: 'http://u:hidden@mail.example' }, user)).toThrow(/^CELLPLANE_SMTP_URL must (?!.*hidden)/);
    expect(() => readConfig({ CELLPLANE_MAIL_FROM: 'Acme' }, user)).toThrow('CELLPLANE_MAIL_FROM is "Acme"');
    expect(() => readConfig({ CELLPLANE_PORTAL_URL: 'portal.example' }, user)).toThrow('CELLPLANE_PORTAL_URL is "portal.example"');
    expect(() => readConfig({ CELLPLANE_SIGN_UP: 'never' }, user)).toThrow('use one of open, invited, closed');
  });

  it('reads mirrors', () => {
    const config = readConfig({ CELLPLANE_CHART_MIRRORS: 'https://charts.example/=http://127.0.0.1:8879, oci://a=oci://b' }, user);
    expect(config.chartMirrors).toEqual([
      { from: 'https://charts.example', to: 'http://127.0.0.1:8879' },
      { from: 'oci://a', to: 'oci://b' },
    ]);
  });

  it('reads where charts may come from', () => {
    expect(
      readConfig({ CELLPLANE_CHART_SOURCES_ALLOW: '10.0.0.0/8, http://127.0.0.1:8879,*.corp.example' }, user).chartSourcesAllowed,
    ).toEqual([
      { unencrypted: false, network: { address: '10.0.0.0', length: 8 } },
      { unencrypted: true, network: { address: '127.0.0.1', length: 32 }, port: 8879 },
      { unencrypted: false, name: '*.corp.example' },
    ]);
  });

  it('reads where a cluster stands', () => {
    expect(readConfig({ CELLPLANE_CELL_PLACES: 'AWS/us-east-1/us-east-1a+us-east-1b, gcp/europe-west3' }, user).cellPlaces).toEqual([
      { cloudProvider: 'aws', region: 'us-east-1', zones: ['us-east-1a', 'us-east-1b'] },
      { cloudProvider: 'gcp', region: 'europe-west3', zones: [] },
    ]);
  });

  it.each([
    [{ CELLPLANE_PORT: '80a' }, 'CELLPLANE_PORT is "80a"; use a port number'],
    [{ CELLPLANE_PORT: '70000' }, 'CELLPLANE_PORT'],
    [{ DATABASE_URL: 'mysql://x' }, 'unset it'],
    [{ CELLPLANE_CHART_MIRRORS: 'https://a' }, 'several separated by commas'],
    [{ CELLPLANE_CHART_SOURCES_ALLOW: '10.0.0.0/8, x y' }, 'CELLPLANE_CHART_SOURCES_ALLOW has "x y"'],
    [{ CELLPLANE_CHART_MIRRORS: 'https://a=https://u:p@b=https://c' }, /^(?!.*u:p).*several separated by commas/],
    [{ CELLPLANE_CELL_PLACES: 'us-east-1' }, 'CELLPLANE_CELL_PLACES has "us-east-1"; write cloud/region'],
    [{ CELLPLANE_CELL_PLACES: 'aws/us-east-1,' }, 'CELLPLANE_CELL_PLACES has ""'],
    [{ CELLPLANE_PROVIDER_EMAIL: 'ada' }, 'not an e-mail address'],
    [{ CELLPLANE_TRUSTED_PROXIES: '10.0.0.0/8, nginx' }, 'CELLPLANE_TRUSTED_PROXIES has "nginx"'],
    [{ CELLPLANE_LOG_LEVEL: 'loud' }, 'debug, info, warn, error, silent'],
  ])('refuses %j, naming the variable and the cure', (env, message) => {
    expect(() => readConfig(env, user)).toThrow(message);
  });

  it('never quotes a database URL, which may hold a password', () => {
    expect(() => readConfig({ DATABASE_URL: 'postgres://u:hunter2@[bad' }, user)).toThrow(/^(?!.*hunter2).*$/s);
  });
});
