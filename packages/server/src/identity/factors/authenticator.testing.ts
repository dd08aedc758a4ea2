/** An authenticator in software, and the browser around it: makes passkeys and signs with them (WebAuthn level 2, ES256, no attestation). */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { PasskeyAnswer } from './passkey.js';

interface Options {
  challenge: string;
  rp?: { id: string };
  rpId?: string;
  user?: { id: string };
  allowCredentials?: { id: string }[];
}

/** What the page and the person do. */
interface Scene {
  /** The page's address. */
  origin: string;
  /** The domain that the key is asked for; the browser lets pass only those that the page is in. @default the options' */
  rpId?: string;
  /** The person showed the authenticator who they are. @default true */
  isVerified?: boolean;
}

const [PRESENT, VERIFIED, ATTESTED] = [0x01, 0x04, 0x40];

/** One key of one authenticator. */
export class Authenticator {
  readonly #key: KeyObject;
  readonly #public: { x: Buffer; y: Buffer };
  readonly credentialId = randomBytes(32);
  /** How often it has signed. */
  count = 0;
  userHandle = '';

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.#key = privateKey;
    this.#public = { x: Buffer.from(x, 'base64url'), y: Buffer.from(y, 'base64url') };
  }

  /** `navigator.credentials.create` */
  create(publicKey: object, { origin, rpId, isVerified = true }: Scene): PasskeyAnswer {
    const options = publicKey as Options;
    this.userHandle = options.user?.id ?? '';
    const cose = new Map<number, number | Buffer>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, this.#public.x],
      [-3, this.#public.y],
    ]);
    const credential = Buffer.concat([Buffer.alloc(16), uint16(this.credentialId.length), this.credentialId, cbor(cose)]);
    const authData = Buffer.concat([this.#head(rpId ?? options.rp?.id ?? '', isVerified, ATTESTED), credential]);
    const attestation = new Map<string, Cbor>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ]);
    const clientDataJSON = clientData('webauthn.create', options.challenge, origin).toString('base64url');
    return {
      ...this.#named(),
      response: { clientDataJSON, attestationObject: cbor(attestation).toString('base64url'), transports: ['internal'] },
    };
  }

  /** `navigator.credentials.get` */
  get(publicKey: object, { origin, rpId, isVerified = true }: Scene): PasskeyAnswer {
    const options = publicKey as Options;
    this.count += 1;
    const client = clientData('webauthn.get', options.challenge, origin);
    const authData = this.#head(rpId ?? options.rpId ?? '', isVerified, 0);
    const signature = sign('sha256', Buffer.concat([authData, createHash('sha256').update(client).digest()]), this.#key);
    return {
      ...this.#named(),
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: this.userHandle,
      },
    };
  }

  #named() {
    const id = this.credentialId.toString('base64url');
    return { id, rawId: id, type: 'public-key' };
  }

  #head(rpId: string, isVerified: boolean, more: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.count);
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.of(PRESENT | (isVerified ? VERIFIED : 0) | more), count]);
  }
}

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

type Cbor = number | string | Buffer | Map<string | number, Cbor>;

/** As much of CBOR as a passkey has: small whole numbers, texts, bytes, maps. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])]);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.of((major << 5) | length);
  if (length < 256) return Buffer.of((major << 5) | 24, length);
  return Buffer.concat([Buffer.of((major << 5) | 25), uint16(length)]);
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 255);
}
