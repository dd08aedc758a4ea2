import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { decodeProtobuf } from './protobuf.js';

const varint = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >> 7)]);
const field = (number: number, body: Uint8Array | string | number): Buffer => {
  if (typeof body === 'number') return Buffer.from([...varint(number << 3), ...varint(body)]);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(bytes.length)]), bytes]);
};
const message = (...fields: Buffer[]) => Buffer.concat(fields);
const envelope = (apiVersion: string, kind: string, raw: Buffer) =>
  message(Buffer.from('k8s\0'), field(1, message(field(1, apiVersion), field(2, kind))), field(2, raw));

describe('the protobuf envelope', () => {
  it('becomes JSON', () => {
    const metadata = message(field(1, 'c'), field(2, ''), field(7, 0), field(8, ''), field(11, message(field(1, 'l'), field(2, 'x'))));
    const body = envelope(
      'v1',
      'Secret',
      message(field(1, metadata), field(2, message(field(1, 'k'), field(2, 'value'))), field(3, 'Opaque')),
    );
    expect(decodeProtobuf(body)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'c', labels: { l: 'x' } },
      data: { k: 'dmFsdWU=' },
      type: 'Opaque',
    });
  });

  it('reads ports, given as numbers or names', () => {
    const port = (target: Buffer) => field(1, message(field(1, 'p'), field(3, 8080), field(4, target), field(5, 0)));
    const spec = message(port(message(field(1, 0), field(2, 80))), port(message(field(1, 1), field(3, 'web'))));
    const ports = [80, 'web'].map((targetPort) => ({ name: 'p', port: 8080, targetPort }));
    expect(decodeProtobuf(envelope('v1', 'Service', message(field(2, spec))))).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      spec: { ports },
    });
  });

  it('refuses what it would lose', () => {
    expect(() => decodeProtobuf(envelope('v1', 'Secret', field(9, 'something')))).toThrow(
      'does not read field 9 of Secret as protobuf; send application/json',
    );
    expect(() => decodeProtobuf(envelope('v1', 'Gizmo', field(1, '')))).toThrow('does not read Gizmo as protobuf');
    expect(() => decodeProtobuf(Buffer.from('{"kind":"Secret"}'))).toThrow('does not have the prefix');
    expect(() => decodeProtobuf(envelope('v1', 'Secret', Buffer.from([0x0a, 0x50, 0x01])))).toThrow('breaks off');
  });
});
