import type { KubernetesObject } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { redactorOf, valuesOfSecret } from './secrets-of.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = (data: Record<string, string>, type = 'Opaque'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'x' },
  type,
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])),
});

describe('what is masked of a namespace', () => {
  it('is all of a Secret but where things are, and what they are called', () => {
    const data = {
      username: 'app-user',
      host: 'pg-rw',
      port: '5432',
      dbname: 'orders',
      password: 'k3Fj-pass',
      uri: 'postgres://app-user:k3Fj-pass@pg-rw',
    };
    expect(valuesOfSecret(secret(data))).toEqual(['k3Fj-pass', 'postgres://app-user:k3Fj-pass@pg-rw']);
  });

  it('is nothing of the records of Helm', () => {
    expect(valuesOfSecret(secret({ release: 'H4sIAAAA' }, 'helm.sh/release.v1'))).toEqual([]);
  });

  it('is each line of a key', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END PRIVATE KEY-----\n';
    const redactor = redactorOf(valuesOfSecret(secret({ 'tls.key': key })));
    expect(redactor.text('loaded MIIEvQIBADANBgkqhkiG9w0B at start')).toBe('loaded *** at start');
    expect(redactor.text('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
  });

  it('is found in other forms, and within lists', () => {
    const redactor = redactorOf([{ users: ['s3cret&word'] }]);
    expect(redactor.text(`as ${base64('s3cret&word')}, as s3cret%26word, as "s3cret&word"`)).toBe('as ***, as ***, as "***"');
  });
});
