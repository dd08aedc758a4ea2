/** What Helm refuses, in its own words, and whether trying again may help. */

/** A refusal of Helm in its own words. `retriable` = the cause may pass by itself (network, API server, another operation). */
export class HelmError extends Error {
  override readonly name = 'HelmError';
  constructor(
    message: string,
    readonly code:
      | 'helm-missing'
      | 'helm-timeout'
      | 'helm-aborted'
      | 'chart-not-found'
      | 'chart-unreachable'
      | 'release-busy'
      | 'helm-failed',
    readonly retriable: boolean,
  ) {
    super(message);
  }
}

/** Helm's last `Error:` line, classified. Paths of our work folder are taken out of it. */
export function refusal(stderr: string, folder: string): HelmError {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('WARNING'));
  const at = lines.findLastIndex((line) => line.startsWith('Error:'));
  const words = (at < 0 ? lines.slice(-3) : lines.slice(at))
    .join(' ')
    .replace(/^Error:\s*/, '')
    .replaceAll(folder, '');
  const message = words === '' ? 'Helm failed without a word.' : words.slice(0, 2000);
  if (
    /chart ".*" (matching|version|not found)|no chart (name|version) found|chart not found|failed to download|: not found$/i.test(
      message,
    ) &&
    !/dial tcp|timeout|refused|no such host/i.test(message)
  )
    return new HelmError(message, 'chart-not-found', false);
  if (/another operation \(install\/upgrade\/rollback\) is in progress/.test(message)) return new HelmError(message, 'release-busy', true);
  if (/\b(401|403)\b|unauthorized|access denied/i.test(message) && /fetch|download|repository|registry|authorization/i.test(message))
    return new HelmError(message, 'chart-unreachable', false);
  if (
    /looks like .* is not a valid chart repository|could not be reached|dial tcp|no such host|connection refused|i\/o timeout|TLS handshake|EOF$|50[0-9] /i.test(
      message,
    )
  )
    return new HelmError(message, 'chart-unreachable', true);
  if (/timed out|deadline exceeded|context canceled|etcdserver|too many requests|the server is currently unable/i.test(message))
    return new HelmError(message, 'helm-timeout', true);
  return new HelmError(message, 'helm-failed', false);
}
