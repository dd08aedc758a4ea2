import { ApiError } from './errors.js';
import { classify } from './outcome.js';

/**
 * The error of a call that got no answer. `sent` says whether the request had been given to a connection: what then became of
 * it is unknown; before that, nothing can have happened.
 */
export function networkFailure(reason: string, message: string, sent: boolean, cause?: unknown): ApiError {
  return new ApiError(
    message,
    0,
    reason,
    classify({ status: 0, reason, message, sent }),
    [],
    undefined,
    cause === undefined ? undefined : { cause },
  );
}

/** The same for an error of Node's network layer or of undici. */
export function failureOfSocket(error: Error, call: string, sent: boolean): ApiError {
  if (error instanceof ApiError) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_INVALID_ARG') return networkFailure('InvalidRequest', `${call} cannot be sent: ${error.message}`, false, error);
  if (code === 'UND_ERR_CLOSED' || code === 'UND_ERR_DESTROYED') {
    return networkFailure('Aborted', `${call} was given up: the client is closed`, sent, error);
  }
  if (sent)
    return networkFailure(
      'ConnectionLost',
      `${call}: the connection was lost before the answer was complete (${error.message})`,
      true,
      error,
    );
  const known = UNSENT[code];
  if (known !== undefined) return networkFailure(known.reason, `${call}: ${known.words}${detail(error)}`, false, error);
  const certificate =
    code === 'EPROTO' || code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || /CERT|SELF_SIGNED|UNABLE_TO/.test(code);
  if (certificate) return networkFailure('TlsFailed', `${call}: TLS failed${detail(error)}`, false, error);
  return networkFailure('ConnectionFailed', `${call}: no connection${detail(error)}`, false, error);
}

const UNSENT: Record<string, { reason: string; words: string }> = {
  ECONNREFUSED: { reason: 'ConnectionRefused', words: 'connection refused' },
  ENOTFOUND: { reason: 'NameNotFound', words: 'the name of the server is not known' },
  EAI_AGAIN: { reason: 'NameNotFound', words: 'the name of the server cannot be looked up now' },
  UND_ERR_CONNECT_TIMEOUT: { reason: 'ConnectTimeout', words: 'no connection in time' },
  ETIMEDOUT: { reason: 'ConnectTimeout', words: 'no connection in time' },
  EHOSTUNREACH: { reason: 'Unreachable', words: 'the server cannot be reached' },
  ENETUNREACH: { reason: 'Unreachable', words: 'the server cannot be reached' },
};

function detail(error: Error): string {
  return error.message === '' ? '' : ` (${error.message})`;
}

/** Node gives one AggregateError where a name has several addresses; its first error says why. */
function codeOf(error: Error & { code?: unknown; errors?: unknown[] }): string {
  if (typeof error.code === 'string') return error.code;
  const first = error.errors?.[0] as { code?: unknown } | undefined;
  return typeof first?.code === 'string' ? first.code : '';
}
