/**
 * Pictures of a portal: PNG and WebP, told by their first bytes. SVG is refused: it is a document that can carry scripts and addresses of
 * other servers, and to make one harmless is a promise that no filter keeps. Pure.
 */
import { badRequest } from '../../errors.js';

/** Bytes. */
const MOST_BYTES = 64 * 1024;
/** Pixels of a side. */
const MOST_SIDE = 1024;

export const PICTURE_TYPES = ['image/png', 'image/webp'] as const;

export interface Picture {
  bytes: Buffer;
  type: (typeof PICTURE_TYPES)[number];
}

/** @throws DomainError bad_request that tells what it has to be */
export function readPicture(field: 'logo' | 'favicon', base64: string): Picture {
  const bytes = Buffer.from(base64, 'base64');
  const refuse = (message: string) =>
    badRequest('invalid-picture', `Invalid request: ${field} ${message}.`, [{ field, code: 'invalid-picture', message }]);
  if (bytes.length === 0 || !/^[\w+/=\s-]*$/.test(base64)) throw refuse('must be base64 of a PNG or WebP');
  if (bytes.length > MOST_BYTES)
    throw refuse(`has ${Math.ceil(bytes.length / 1024)} KiB, at most ${MOST_BYTES / 1024} are taken: make the picture smaller`);
  const type = typeOf(bytes);
  if (type === undefined) {
    const isSvg = /<svg|<\?xml/i.test(bytes.subarray(0, 1024).toString('utf8'));
    throw refuse(isSvg ? 'is an SVG, which could carry scripts: export it as PNG or WebP' : 'is neither a PNG nor a WebP');
  }
  const side = type === 'image/png' ? Math.max(bytes.readUInt32BE(16), bytes.readUInt32BE(20)) : 0;
  if (side > MOST_SIDE) throw refuse(`is ${side} pixels large, at most ${MOST_SIDE} are taken: make the picture smaller`);
  return { bytes, type };
}

function typeOf(bytes: Buffer): Picture['type'] | undefined {
  if (bytes.length > 24 && bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'image/png';
  if (bytes.length > 16 && bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
  return undefined;
}
