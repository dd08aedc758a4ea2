/** `profile add | list | use | remove`: servers by name. */
import { type Command, InvalidArgumentError } from 'commander';
import { type CommonOptions, type Context, printList, say, serverUrl } from '../context.js';
import { CommandFailure } from '../failure.js';
import { hintsOf } from '../hint.js';
import { noProfile, PROFILE_NAME, profilesOf, sessionsOf } from '../profile.js';

/** Adds the commands. */
export function addProfileCommands(program: Command, context: Context): void {
  const group = program.command('profile');
  group
    .command('add')
    .argument('<name>', 'name of the profile', profileName)
    .option('--use', 'commands that name neither a server nor a profile use this one from now on')
    .description('Give a server a name; each profile has a session of its own')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane profile add prod --server https://cellplane.example --use\n  cellplane login --profile prod --email ops@example.com',
    )
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { use?: boolean }>();
      const server = serverUrl(context, options);
      if (!URL.canParse(server))
        throw new CommandFailure('bad_request', `"${server}" is no address of a server, such as https://cellplane.example.`);
      await context.sessions.exclusively(async () => {
        const { profiles, current } = await profilesOf(context).readProfiles();
        const former = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
        if (former !== undefined && former.server !== server)
          throw new CommandFailure('conflict', `The profile "${name}" is that of ${former.server}.`, [
            { say: 'Remove it first:', command: ['profile', 'remove', name] },
          ]);
        const used = options.use === true ? name : current;
        await profilesOf(context).writeProfiles({
          profiles: { ...profiles, [name]: { server } },
          ...(used === undefined ? {} : { current: used }),
        });
      });
      say(context, options, `Profile ${name} is ${server}. Sign in with: ${hintsOf(context, { profile: name })('login')}`);
    });
  group
    .command('list')
    .description('List the profiles, and who is signed in with each')
    .addHelpText('after', '\nExample:\n  cellplane profile list')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { profiles, current } = await profilesOf(context).readProfiles();
      const rows = await Promise.all(
        Object.entries(profiles).map(async ([name, { server }]) => {
          const session = await sessionsOf(context.sessions, { name }).read(server);
          return { name, server, current: name === current, ...(session === undefined ? {} : { email: session.email }) };
        }),
      );
      printList(context, options, rows, {
        current: (row) => (row.current ? '*' : ''),
        name: (row) => row.name,
        server: (row) => row.server,
        'signed in as': (row) => row.email,
      });
    });
  group
    .command('use')
    .argument('[name]', 'name of the profile')
    .option('--none', 'use none: commands speak to CELLPLANE_SERVER or to this machine again')
    .description('Choose the profile of commands that name neither a server nor a profile')
    .addHelpText('after', '\nExamples:\n  cellplane profile use prod\n  cellplane profile use --none')
    .action(async (name: string | undefined, own: { none?: boolean }, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      if ((name === undefined) === (own.none !== true)) throw new CommandFailure('bad_request', 'Name a profile, or give --none.');
      await context.sessions.exclusively(async () => {
        const { profiles } = await profilesOf(context).readProfiles();
        if (name !== undefined && !Object.hasOwn(profiles, name)) throw noProfile(name, profiles);
        await profilesOf(context).writeProfiles({ profiles, ...(name === undefined ? {} : { current: name }) });
      });
      say(context, options, name === undefined ? 'No profile is in use.' : `Profile ${name} is in use.`);
    });
  group
    .command('remove')
    .argument('<name>', 'name of the profile')
    .description('Forget a profile; sign out of it first')
    .addHelpText('after', '\nExample:\n  cellplane profile remove prod')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      await context.sessions.exclusively(async () => {
        const { profiles, current } = await profilesOf(context).readProfiles();
        const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
        if (found === undefined) throw noProfile(name, profiles);
        if ((await sessionsOf(context.sessions, { name }).read(found.server)) !== undefined)
          throw new CommandFailure('conflict', `Somebody is signed in with the profile "${name}".`, [
            { say: 'Sign out first:', command: ['logout', '--profile', name] },
          ]);
        const { [name]: _removed, ...left } = profiles;
        await profilesOf(context).writeProfiles({ profiles: left, ...(current === undefined || current === name ? {} : { current }) });
      });
      say(context, options, `Profile ${name} is removed.`);
    });
}

function profileName(value: string): string {
  if (!PROFILE_NAME.test(value)) throw new InvalidArgumentError('A profile has letters, digits, ".", "_" and "-" in its name, 63 at most.');
  return value;
}
