/** Options that describe an identity provider. */
import type { Client } from '@cellplane/api/client';
import type { Command } from 'commander';
import type { CommonOptions, Context } from '../../context.js';
import { CommandFailure } from '../../failure.js';

export interface ProviderOptions extends CommonOptions {
  name?: string;
  clientId?: string;
  clientSecret?: string;
  clientSecretStdin?: boolean;
  issuer?: string;
  authorizationEndpoint?: string;
  tokenEndpoint?: string;
  userInfoEndpoint?: string;
  scopes?: string;
  domains?: string;
  signsIn?: string;
  environmentType?: string;
  buttonText?: string;
  buttonIcon?: string;
  redirectUrl?: string[];
  createUsers?: string;
  trustEmail?: string;
  groupsClaim?: string;
  groupRole?: string[];
  defaultRole?: string;
  enable?: boolean;
  disable?: boolean;
}

type Body = NonNullable<Parameters<Client['updateIdentityProvider']>[0]['body']>;

/** Adds the options that creating and changing have in common. */
export function addProviderOptions(command: Command): Command {
  return command
    .option('--name <name>', 'how people see it')
    .option('--client-id <id>', 'that the identity provider has given out')
    .option('--client-secret <secret>', 'that belongs to it; better: --client-secret-stdin')
    .option('--client-secret-stdin', 'read the secret from standard input; one line ending at its end is not part of it')
    .option('--issuer <url>', 'of OpenID Connect: where discovery begins')
    .option('--authorization-endpoint <url>', 'of GitHub Enterprise; of others the issuer is found by it')
    .option('--token-endpoint <url>', 'of GitHub Enterprise')
    .option('--user-info-endpoint <url>', 'of GitHub Enterprise')
    .option('--scopes <scopes>', 'separated by blanks; default: openid email profile')
    .option('--domains <domains>', 'only e-mail addresses of these domains, separated by commas')
    .option('--signs-in <whom>', 'customers (default), or people: your own')
    .option('--environment-type <type>', 'only for portals of this type')
    .option('--button-text <text>', 'on the button of a portal')
    .option('--button-icon <url>', 'on the button of a portal')
    .option('--redirect-url <url...>', 'where people may be sent back to, beside the portal (CELLPLANE_PORTAL_URL)')
    .option('--create-users <yes|no>', 'people without an account get one (default: yes)')
    .option('--trust-email <yes|no>', 'believe addresses of --domains where the identity provider does not say that it has verified them')
    .option('--groups-claim <claim>', 'where its tokens have the groups of a person (default: groups)')
    .option('--group-role <group=role...>', 'role of people in this group: admin, editor or reader')
    .option('--default-role <role>', 'role of people in none of these groups; "" lets them not in');
}

/** What a request says. @throws CommandFailure for an option that cannot be meant */
export async function bodyOf(context: Context, options: ProviderOptions): Promise<Body> {
  if (options.enable === true && options.disable === true) throw new CommandFailure('bad_request', 'Give --enable or --disable, not both.');
  const clientSecret = options.clientSecretStdin === true ? (await context.readInput()).replace(/\r?\n$/, '') : options.clientSecret;
  return withoutUndefined({
    name: options.name,
    clientId: options.clientId,
    clientSecret,
    issuer: options.issuer,
    authorizationEndpoint: options.authorizationEndpoint,
    tokenEndpoint: options.tokenEndpoint,
    userInfoEndpoint: options.userInfoEndpoint,
    scopes: options.scopes,
    emailIdentifiers: options.domains,
    signsIn: options.signsIn,
    environmentType: options.environmentType,
    loginButtonText: options.buttonText,
    loginButtonIconUrl: options.buttonIcon,
    redirectUrls: options.redirectUrl,
    createUsers: yesOrNo('--create-users', options.createUsers),
    trustEmail: yesOrNo('--trust-email', options.trustEmail),
    groupsClaim: options.groupsClaim,
    groupRoles: options.groupRole === undefined ? undefined : Object.fromEntries(options.groupRole.map(groupRoleOf)),
    defaultRole: options.defaultRole,
    disabled: options.disable ?? (options.enable === undefined ? undefined : !options.enable),
  });
}

function withoutUndefined(members: Record<string, unknown>): Body {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function yesOrNo(option: string, given: string | undefined): boolean | undefined {
  if (given === undefined) return undefined;
  if (/^(?:yes|true|on)$/i.test(given)) return true;
  if (/^(?:no|false|off)$/i.test(given)) return false;
  throw new CommandFailure('bad_request', `${option} is "${given}"; use yes or no.`);
}

/** A group may have "=" in its name; a role has not. */
function groupRoleOf(text: string): [string, string] {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new CommandFailure('bad_request', `--group-role is "${text}"; write GROUP=ROLE, such as platform=admin.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
