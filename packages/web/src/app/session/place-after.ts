/** Where a sign-in leads: to a page of this application, whatever the address says. */
export function placeAfter(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) ? to : '/';
}
