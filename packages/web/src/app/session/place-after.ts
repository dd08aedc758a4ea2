/** Any origin will do: what leaves it is not a page of this application. */
const HERE = 'https://application.invalid';

/** Where a sign-in leads: to a page of this application, whatever the address says. */
export function placeAfter(to: string | undefined): string {
  if (to === undefined || !to.startsWith('/') || !URL.canParse(to, HERE)) return '/';
  // As browsers read it: they leave out tabs and line breaks, and take a backslash for a slash.
  const { origin, pathname, search, hash } = new URL(to, HERE);
  return origin === HERE && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : '/';
}
