/** What somebody is told who is not signed in: whose installation it is, its policies, and who may make an account. */
import type { Handlers } from '@cellplane/api';
import type { Visitor } from '../doors.js';
import type { CustomerDeps } from './deps.js';
import { selectOrganization } from './profile-store.js';

/** Depends on nobody's account. */
export async function describeSignIn(
  { db, doors, signUp, providerOrgId }: CustomerDeps,
  visitor: Visitor,
): Promise<Awaited<ReturnType<Handlers['describeSignIn']>>> {
  const { name, branding } = await doors.query(visitor, () => selectOrganization(db, providerOrgId));
  return {
    providerName: name,
    signUp,
    privacyPolicy: branding['orgPrivacyPolicy'] ?? '',
    termsOfUse: branding['orgTermsOfUse'] ?? '',
    cookiePolicy: branding['orgCookiePolicy'] ?? '',
    supportEmail: branding['orgSupportEmail'] ?? '',
  };
}
