import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { KubeconfigError } from './access.js';
import { inClusterAccess } from './in-cluster.js';
import { loadKubeconfig } from './kubeconfig.js';

const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const base64 = (text: string) => Buffer.from(text).toString('base64');

function config(user: Record<string, unknown>, cluster: Record<string, unknown> = {}): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'main',
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', namespace: 'team' } }],
    clusters: [{ name: 'c', cluster: { server: 'https://api.example:6443/', ...cluster } }],
    users: [{ name: 'u', user }],
  });
}

const load = (user: Record<string, unknown>, cluster: Record<string, unknown> = {}, folder?: string) =>
  loadKubeconfig({ text: config(user, cluster), ...(folder === undefined ? {} : { folder }) });

describe('loadKubeconfig', () => {
  it('resolves the current context', () => {
    const access = load({ token: 't' }, { 'certificate-authority-data': base64(PEM), 'tls-server-name': 'n', 'proxy-url': 'http://p:1' });
    expect(access).toEqual({
      server: 'https://api.example:6443',
      certificateAuthority: { data: PEM },
      tlsServerName: 'n',
      proxyUrl: 'http://p:1/',
      authorization: { kind: 'bearer', token: { data: 't' } },
      namespace: 'team',
    });
  });

  it('takes client certificates, basic, impersonation', () => {
    const access = load({
      'client-certificate-data': base64(PEM),
      'client-key-data': base64(PEM),
      username: 'u',
      password: 'p',
      as: 'admin',
      'as-groups': ['g'],
      'as-uid': '1',
      'as-user-extra': { scopes: ['a', 'b'] },
    });
    expect(access).toMatchObject({
      clientCertificate: { certificate: { data: PEM }, key: { data: PEM } },
      authorization: { kind: 'basic', username: 'u', password: 'p' },
      impersonate: { user: 'admin', groups: ['g'], uid: '1', extra: { scopes: ['a', 'b'] } },
    });
  });

  it("takes oidc's id-token, and says what to use instead of the other old providers", () => {
    const oidc = load({ 'auth-provider': { name: 'oidc', config: { 'id-token': 'jwt' } } });
    expect(oidc.authorization).toEqual({ kind: 'bearer', token: { data: 'jwt' } });
    expect(() => load({ 'auth-provider': { name: 'oidc', config: {} } })).toThrow(/no id-token/);
    expect(() => load({ 'auth-provider': { name: 'gcp' } })).toThrow(/"gcp" is not supported.*gke-gcloud-auth-plugin/);
    expect(() => load({ 'auth-provider': { name: 'azure' } })).toThrow(/kubelogin/);
  });

  it.each([
    ['client-certificate', { 'client-certificate': 'c', 'client-key': 'k' }, {}],
    ['tokenFile', { tokenFile: '/etc/passwd' }, {}],
    ['certificate-authority', {}, { 'certificate-authority': '/etc/passwd' }],
    ['exec.command', { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', interactiveMode: 'Never' } }, {}],
  ])('does not let a text name files and programs of this machine: %s', (field, user, cluster) => {
    expect(() => load(user, cluster)).toThrow(new RegExp(`^${field}: a kubeconfig given as text may not name files`));
  });

  it.each([
    ['not: [yaml', /not readable YAML/],
    ['', /a mapping is expected/],
    ['{}', /no current-context.*none/],
    [config({}).replace('current-context: main', 'current-context: other'), /no context named "other"; it has: main/],
    [config({}).replace('cluster: c', 'cluster: d'), /no cluster named "d"; it has: c/],
    [config({}, { server: 'ftp://x' }), /cluster c: server: "ftp:\/\/x" is not an http or https URL/],
    [config({}, { server: 5 }), /cluster c: server: text is expected/],
    [config({}, { 'certificate-authority-data': base64('nope') }), /certificate-authority-data is not the base64 of a PEM/],
    [config({}, { 'certificate-authority-data': base64(PEM), 'insecure-skip-tls-verify': true }), /contradict/],
    [config({}, { 'proxy-url': 'socks5://x' }), /only http and https proxies/],
    [config({ 'client-key-data': base64(PEM) }), /only usable together/],
    [config({ 'as-groups': ['g'] }), /need "as"/],
  ])('names the field and the cure (%#)', (text, words) => {
    expect(() => loadKubeconfig({ text })).toThrow(words);
    expect(() => loadKubeconfig({ text })).toThrow(KubeconfigError);
  });

  it('does not quote the text in which it could not find its way', () => {
    const text = 'users:\n- user: {token: sesame\n  x: [';
    expect(() => loadKubeconfig({ text })).toThrow(expect.objectContaining({ message: expect.not.stringContaining('sesame') }));
  });

  it('takes another context where asked', () => {
    const text = config({ token: 't' }).replace('- name: main', '- name: side');
    expect(loadKubeconfig({ text }, { context: 'side' }).server).toBe('https://api.example:6443');
  });
});

describe('a kubeconfig file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cellplane-kubeconfig-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (text: string): string => {
    const path = join(folder, 'config');
    writeFileSync(path, text);
    return path;
  };

  it('resolves its files against its folder', () => {
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: './bin/plugin',
      args: ['a'],
      env: [{ name: 'A', value: 'b' }],
    };
    const path = write(config({ 'client-certificate': 'pki/c', 'client-key': '/abs/k', exec }, { 'certificate-authority': 'ca' }));
    expect(loadKubeconfig(path)).toMatchObject({
      certificateAuthority: { file: join(folder, 'ca') },
      clientCertificate: { certificate: { file: join(folder, 'pki/c') }, key: { file: '/abs/k' } },
      authorization: {
        kind: 'exec',
        plugin: { command: join(folder, 'bin/plugin'), args: ['a'], env: [{ name: 'A', value: 'b' }], interactiveMode: 'IfAvailable' },
      },
    });
    const named = write(config({ exec: { ...exec, command: 'plugin' }, tokenFile: 't' }));
    expect(loadKubeconfig(named).authorization).toMatchObject({ plugin: { command: 'plugin' } });
    expect(loadKubeconfig(write(config({ tokenFile: 't', token: 'x' }))).authorization).toEqual({
      kind: 'bearer',
      token: { file: join(folder, 't') },
    });
  });

  it.each([
    [{ apiVersion: 'client.authentication.k8s.io/v1alpha1', command: 'x' }, /v1alpha1 is given; v1 and v1beta1/],
    [{ apiVersion: 'client.authentication.k8s.io/v1', command: 'x' }, /interactiveMode: one of/],
    [{ apiVersion: 'client.authentication.k8s.io/v1', command: 'x', interactiveMode: 'Always' }, /needs a terminal/],
    [{ apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never' }, /command is missing/],
  ])('is clear about an exec plugin that cannot be used (%#)', (exec, words) => {
    expect(() => loadKubeconfig(write(config({ exec })))).toThrow(words);
  });

  it('that is missing is named', () => {
    expect(() => loadKubeconfig(join(folder, 'none'))).toThrow(/kubeconfig .*none cannot be read/);
  });
});

describe('inClusterAccess', () => {
  it("uses the pod's service account", () => {
    const folder = mkdtempSync(join(tmpdir(), 'cellplane-in-cluster-'));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'token'), 't');
    expect(inClusterAccess({ KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }, folder)).toEqual({
      server: 'https://[fd00::1]:443',
      certificateAuthority: { file: join(folder, 'ca.crt') },
      authorization: { kind: 'bearer', token: { file: join(folder, 'token') } },
    });
    expect(() => inClusterAccess({}, folder)).toThrow(/does not run in a pod/);
    rmSync(folder, { recursive: true });
  });
});
