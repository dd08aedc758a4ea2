/**
 * Pictures of a portal: PNG and WebP, told by their first bytes, which say how large they are, too. SVG is refused: it is a document that can carry scripts and addresses of
 * other servers, and to make one harmless is a promise that no filter keeps. Pure.
 */
import { PNG } from 'image-size/types/png';
import { WEBP } from 'image-size/types/webp';
import { badRequest } from '../../errors.js';

/** Bytes. */
const MOST_BYTES = 64 * 1024;
/** Pixels of a side. */
const MOST_SIDE = 1024;

/** Bytes from which on a file of either format has its whole head. */
const HEAD = 30;

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
  const side = sideOf(bytes, type);
  if (side === undefined) throw refuse(`is no whole ${type === 'image/png' ? 'PNG' : 'WebP'}: export it again`);
  if (side > MOST_SIDE) throw refuse(`is ${side} pixels large, at most ${MOST_SIDE} are taken: make the picture smaller`);
  return { bytes, type };
}

const FORMATS = { 'image/png': PNG, 'image/webp': WEBP } as const;

function typeOf(bytes: Buffer): Picture['type'] | undefined {
  if (bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'image/png';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
  return undefined;
}

/** The longer side; undefined: the head does not say it. */
function sideOf(bytes: Buffer, type: Picture['type']): number | undefined {
  try {
    const { validate, calculate } = FORMATS[type];
    if (bytes.length < HEAD || !validate(bytes)) return undefined;
    const { width, height } = calculate(bytes);
    return Math.min(width, height) < 1 ? undefined : Math.max(width, height);
  } catch {
    // That is how the readers say that a head is none.
    return undefined;
  }
}
