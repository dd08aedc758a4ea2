/** Where somebody who is signed in begins: customers in the portal, the provider's people in the console. */
export function homeOf(kind: string | undefined): '/console' | '/instances' {
  return kind === 'provider' ? '/console' : '/instances';
}
