/**
 * What was done, of the sentence of an audit event: without its outcome, which stands beside it, and without remarks for programs. Pure.
 * `ofWhat`: an id that stands beside it, too.
 */
export function whatWasDone(message: string, ofWhat = ''): string {
  const colon = message.lastIndexOf(': ');
  const what = colon < 0 ? message : message.slice(0, colon);
  const [whole = ''] = what.split('; ');
  const first = ofWhat !== '' && whole.endsWith(` of ${ofWhat}`) ? whole.slice(0, -` of ${ofWhat}`.length) : whole;
  return first.charAt(0).toUpperCase() + first.slice(1);
}
