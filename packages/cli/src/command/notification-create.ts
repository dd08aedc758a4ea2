/** `notification channel create`. */
import { randomBytes } from 'node:crypto';
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printObject, say, signedIn } from '../context.js';
import { CommandFailure } from '../failure.js';

type Body = Parameters<Client['createNotificationChannel']>[0]['body'];

interface CreateOptions extends CommonOptions {
  webhook?: string;
  method: string;
  header?: string[];
  field?: string[];
  slack?: string;
  pagerduty?: string;
  email?: string;
  alertType?: string[];
  priority?: string[];
  category?: string[];
  eventType?: string[];
  environmentType?: string[];
}

/** Adds the command. */
export function addChannelCreate(group: Command, context: Context): void {
  group
    .command('create')
    .arguments('<name>')
    .description('Make a channel to a webhook, Slack, PagerDuty or an e-mail address; a webhook’s signing secret is printed once')
    .option('--webhook <url>', 'URL that gets the events as JSON')
    .option('--method <method>', 'of the webhook: POST, PUT or PATCH', 'POST')
    .option('--header <header...>', 'header of the webhook: "Authorization: Bearer …"')
    .option('--field <field...>', 'further member of the body: NAME=VALUE; JSON, or else a text')
    .option('--slack <url>', 'URL of an incoming webhook of Slack')
    .option('--pagerduty <key>', 'integration key of a service of PagerDuty (Events API v2)')
    .option('--email <address>', 'e-mail address')
    .option('--alert-type <type...>', 'only Alarm or Notification')
    .option('--priority <priority...>', 'only Critical, High, Medium or Low')
    .option('--category <category...>', 'only InstanceEvent, ServiceEvent, UserEvent or IdentityProviderEvent')
    .option('--event-type <type...>', 'only these types')
    .option('--environment-type <type...>', 'only of environments of these types')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane notification channel create ops --webhook https://hooks.example.com/cellplane --alert-type Alarm\n  cellplane notification channel create pager --pagerduty "$KEY" --priority Critical --environment-type PROD',
    )
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CreateOptions>();
      const client = await signedIn(context, options);
      const id = await client.createNotificationChannel({ body: bodyOf(name, options) });
      if (options.webhook === undefined) {
        if (options.output === 'json') printObject(context, options, { id });
        say(context, options, `Notification channel ${name} is made: ${id}.`);
        return;
      }
      const signingSecret = randomBytes(24).toString('hex');
      await client.setSigningSecret({ params: { id }, body: { signingSecret } });
      printObject(context, options, { id, signingSecret });
    });
}

/** What the options say. @throws CommandFailure bad_request */
function bodyOf(name: string, options: CreateOptions): Body {
  const { webhook, slack, pagerduty, email } = options;
  const subscription = {
    alertTypes: options.alertType ?? [],
    eventPriorities: options.priority ?? [],
    eventCategories: options.category ?? [],
    eventTypes: options.eventType ?? [],
    environmentTypes: options.environmentType ?? [],
  };
  return {
    name,
    subscription,
    ...(slack === undefined ? {} : { slack: { webhookUrl: slack } }),
    ...(pagerduty === undefined ? {} : { pagerDuty: { integrationKey: pagerduty } }),
    ...(email === undefined ? {} : { email: { to: email } }),
    ...(webhook === undefined
      ? {}
      : {
          webhook: {
            method: options.method,
            url: webhook,
            headers: pairs('--header', options.header, ':'),
            additionalBodyParameters: Object.fromEntries(
              Object.entries(pairs('--field', options.field, '=')).map(([member, text]) => [member, jsonOr(text)]),
            ),
          },
        }),
  };
}

function pairs(option: string, texts: readonly string[] = [], separator: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf(separator);
      if (at < 1) throw new CommandFailure('bad_request', `${option} "${text}" is not NAME${separator}VALUE.`);
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    }),
  );
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
