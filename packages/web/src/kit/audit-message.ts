/** What was done, of the sentence of an audit event: without its outcome, which stands beside it, and without remarks for programs. Pure. */
export function whatWasDone(message: string): string {
  const colon = message.lastIndexOf(': ');
  const what = colon < 0 ? message : message.slice(0, colon);
  const [first = ''] = what.split('; ');
  return first.charAt(0).toUpperCase() + first.slice(1);
}
