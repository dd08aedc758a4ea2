/** What the placeholders of a mail stand for. Pure. */
import { instancePlace, type LetterContext, quoted } from '../letter-parts.js';
import { newsValues } from '../news-letter.js';
import type { LetterOf, LetterPayloads } from '../payloads.js';
import type { TextKind } from './kind.js';
import { plainName } from './plain-name.js';

const SOMEBODY = 'Somebody';

/** All placeholders of the kind, those that are empty this time, too. */
export function valuesOf(letter: LetterOf<TextKind>, context: LetterContext): Record<string, string> {
  return { ...ownValues(letter, context), provider: context.providerName, recipient: context.recipient };
}

function ownValues(letter: LetterOf<TextKind>, context: LetterContext): Record<string, string> {
  const { recipient, portalUrl } = context;
  const signIn = portalUrl === undefined ? `cellplane login --email ${recipient}` : `${portalUrl}/signin`;
  switch (letter.type) {
    case 'CustomerSignUp': {
      const { token, user_name } = letter.payload;
      return {
        user_name: plainName(user_name, recipient),
        link: withToken({ portalUrl, path: 'validate-token', command: 'signup verify', recipient, token }),
      };
    }
    case 'ResetPassword': {
      const { token } = letter.payload;
      return { link: withToken({ portalUrl, path: 'change-password', command: 'password change', recipient, token }) };
    }
    case 'AccountExists':
    case 'AccountUnsuspended':
      return { user_name: letter.payload.user_name, link: signIn };
    case 'AccountSuspended':
      return { user_name: letter.payload.user_name };
    case 'InvitationNeeded':
      return {};
    case 'InviteUser': {
      const { inviting_user_name: inviter, service_name: service, is_user_enabled: hasAccount } = letter.payload;
      const signUp =
        portalUrl === undefined ? `cellplane signup --email ${recipient}` : `${portalUrl}/signup?email=${encodeURIComponent(recipient)}`;
      return {
        inviter: plainName(inviter, SOMEBODY),
        service,
        next_step: hasAccount ? 'Sign in' : 'Make an account with this address',
        link: hasAccount ? signIn : signUp,
      };
    }
    case 'RevokeUserRole':
      return { inviter: plainName(letter.payload.inviting_user_name, SOMEBODY), service: letter.payload.service_name };
    case 'ApproveSubscriptionRequest':
    case 'DenySubscriptionRequest':
    case 'SuspendSubscription':
    case 'ResumeSubscription':
    case 'TerminateSubscription': {
      const { service_name: service, product_tier_name: plan, org_name: organization, provider_message: words } = letter.payload;
      return { service, plan, organization, message: quoted(words) };
    }
    case 'InstanceMaintenanceScheduled':
    case 'InstanceMaintenanceCancelled':
      return ofMaintenance(letter.payload, context);
    case 'InstanceMaintenanceCompleted':
      return { ...ofMaintenance(letter.payload, context), outcome: letter.payload.completion_status };
    case 'InvitePerson': {
      const { inviting_user_name: inviter, role, token } = letter.payload;
      const command = `cellplane user accept --token ${token} --name "Your Name"`;
      // A portal of others may not have the page: the command always works.
      return portalUrl === undefined
        ? { inviter, role, link: command, command: '' }
        : { inviter, role, link: `${portalUrl}/accept-invitation?token=${encodeURIComponent(token)}`, command };
    }
    case 'SubscriptionRequested':
      return ofRequest(letter.payload);
    default:
      return newsValues(letter, context);
  }
}

function ofMaintenance(payload: LetterPayloads['InstanceMaintenanceScheduled'], context: LetterContext): Record<string, string> {
  const { instance_id: instance, service_name: service, source_product_tier_name: plan, scheduled_date: date } = payload;
  return { instance, service, plan, date, link: instancePlace(context, instance) };
}

function ofRequest(payload: LetterPayloads['SubscriptionRequested']): Record<string, string> {
  const { user_name, org_name: organization, service_name: service, product_tier_name: plan, customer_message: words } = payload;
  const place = `${payload.request_id} --service ${asWord(service)} --environment ${asWord(payload.environment_name)}`;
  return {
    user_name,
    organization,
    service,
    plan,
    message: quoted(words),
    approve: `cellplane subscription approve ${place}`,
    deny: `cellplane subscription deny ${place}`,
  };
}

/** As a word of a command line. */
function asWord(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

interface TokenLink {
  portalUrl: string | undefined;
  path: string;
  command: string;
  recipient: string;
  token: string;
}

function withToken({ portalUrl, path, command, recipient, token }: TokenLink): string {
  if (portalUrl === undefined) return `cellplane ${command} --email ${recipient} --token ${token}`;
  return `${portalUrl}/${path}?email=${encodeURIComponent(recipient)}&token=${encodeURIComponent(token)}`;
}
