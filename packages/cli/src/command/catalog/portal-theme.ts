/** `portal-theme …`: how the web application looks for customers. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printObject, signedIn } from '../../context.js';
import { readGivenFile } from '../../given-file.js';
import { given } from './given.js';

interface ThemeOptions extends CommonOptions {
  name?: string;
  accent?: string;
  logo?: string;
  favicon?: string;
  documentation?: string;
  support?: string;
  pricing?: string;
  terms?: string;
  privacy?: string;
}

type Theme = Awaited<ReturnType<Client['describePortalTheme']>>;

/** Adds the commands. */
export function addPortalThemeCommands(program: Command, context: Context): void {
  const group = program.command('portal-theme');
  group
    .command('show')
    .description('Show how the portal looks')
    .addHelpText('after', '\nExample:\n  cellplane portal-theme show')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ThemeOptions>();
      show(context, options, await (await signedIn(context, options)).describePortalTheme({ query: {} }));
    });
  group
    .command('set')
    .description('Change how the portal looks; what is not given stays, and an empty text is as Cellplane has it')
    .option('--name <name>', 'what the product is called, in titles and mails too')
    .option('--accent <colour>', 'such as #0753da; it must be readable')
    .option('--logo <file>', 'PNG or WebP of at most 64 KiB')
    .option('--favicon <file>', 'PNG or WebP of at most 64 KiB')
    .option('--documentation <url>')
    .option('--support <url>', 'https://… or mailto:…')
    .option('--pricing <url>')
    .option('--terms <url>')
    .option('--privacy <url>')
    .addHelpText(
      'after',
      '\nExample:\n  cellplane portal-theme set --name Orders --accent "#0753da" --logo logo.png --support mailto:help@example.com',
    )
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<ThemeOptions>();
      const { name, accent, documentation, support, pricing, terms, privacy } = options;
      const body = {
        ...given({ name, accent, logo: await picture(options.logo), favicon: await picture(options.favicon) }),
        links: given({ documentation, support, pricing, terms, privacy }),
      };
      show(context, options, await (await signedIn(context, options)).updatePortalTheme({ body }));
    });
}

/** An empty name takes the picture away. */
async function picture(file: string | undefined): Promise<string | undefined> {
  return file === undefined || file === '' ? file : (await readGivenFile(file)).toString('base64');
}

function show(context: Context, options: CommonOptions, theme: Theme): void {
  printObject(context, options, theme, {
    name: theme.name,
    accent: theme.accent,
    logo: theme.logo,
    favicon: theme.favicon,
    ...theme.links,
  });
}
