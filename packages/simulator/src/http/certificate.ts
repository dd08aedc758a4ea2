import { createPrivateKey, createSign, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

/** A key and a self-signed certificate, PEM. */
export interface Certificate {
  key: string;
  certificate: string;
}

const YEAR = 365 * 24 * 3600 * 1000;

// DER by hand: Node makes keys and signatures, but no certificates (RFC 5280, X.690).
function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const octets = (body: Buffer) => der(0x04, body);
const bits = (body: Buffer, unused = 0) => der(0x03, Buffer.from([unused]), body);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const extension = (id: string, critical: boolean, value: Buffer) =>
  sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), octets(value));
const time = (at: number) => der(0x18, Buffer.from(new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')));

const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = '550403';
const ALT_NAME = '551d11';
const BASIC_CONSTRAINTS = '551d13';
const KEY_USAGE = '551d0f';
const EXTENDED_KEY_USAGE = '551d25';
const SERVER_AUTH = '2b06010505070301';

function address(host: string): Buffer {
  if (isIP(host) === 4) return der(0x87, Buffer.from(host.split('.').map(Number)));
  if (isIP(host) === 6) {
    const [left = '', right = ''] = host.split('::');
    const groups = (text: string) => (text === '' ? [] : text.split(':'));
    const missing = 8 - groups(left).length - groups(right).length;
    const all = [...groups(left), ...Array.from({ length: host.includes('::') ? missing : 0 }, () => '0'), ...groups(right)];
    return der(0x87, Buffer.from(all.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255])));
  }
  return der(0x82, Buffer.from(host));
}

/** Makes a certificate for some host names and addresses, its own authority, good for ten years. */
export function makeCertificate(hosts: readonly string[], now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from('cellplane simulated cell')))));
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const extensions = sequence(
    extension(BASIC_CONSTRAINTS, true, sequence(der(0x01, Buffer.from([0xff])))),
    // digitalSignature and keyCertSign.
    extension(KEY_USAGE, true, bits(Buffer.from([0b10000100]), 2)),
    extension(EXTENDED_KEY_USAGE, false, sequence(oid(SERVER_AUTH))),
    extension(ALT_NAME, false, sequence(...hosts.map(address))),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ECDSA_SHA256,
    name,
    sequence(time(now - 24 * 3600 * 1000), time(now + 10 * YEAR)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = createSign('sha256').update(body).sign(privateKey);
  const certificate = new X509Certificate(sequence(body, ECDSA_SHA256, bits(signature)));
  return { key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })), certificate: certificate.toString() };
}

/** True where a stored certificate fits its key, is for all the hosts and still good. */
export function isUsable(stored: Certificate, hosts: readonly string[], now: number): boolean {
  try {
    const certificate = new X509Certificate(stored.certificate);
    const fits = hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined);
    return fits && Date.parse(certificate.validTo) > now && certificate.checkPrivateKey(createPrivateKey(stored.key));
  } catch {
    return false;
  }
}
