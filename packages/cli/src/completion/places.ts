/** The command tree as completion needs it. Pure. */
import type { Command } from 'commander';

/** What the server, or the file of profiles, is asked for names of. */
export const NAME_KINDS = ['service', 'service-id', 'environment', 'plan', 'plan-id', 'instance', 'subscription', 'profile'] as const;
export type NameKind = (typeof NAME_KINDS)[number];

/** A command, and what may follow it. */
export interface Place {
  /** `cellplane instance create`. */
  path: string;
  commands: { name: string; description: string }[];
  options: PlaceOption[];
  /** Choices of its argument. */
  words: string[];
  /** Of which its argument is one that is there. */
  kind?: NameKind;
}

export interface PlaceOption {
  /** `-o` and `--output`. */
  names: string[];
  description: string;
  takesValue: boolean;
  choices: readonly string[];
  /** Its value is a path. */
  isFile: boolean;
  /** Its value is one of these that are there. */
  kind?: NameKind;
}

/** Every command with what may follow it, the program first. */
export function placesOf(command: Command, before = ''): Place[] {
  const path = `${before}${command.name()}`;
  const help = command.createHelp();
  const place: Place = {
    path,
    commands: help.visibleCommands(command).map((child) => ({ name: child.name(), description: child.description() })),
    options: command.options
      .filter((option) => !option.hidden)
      .map((option) => ({
        names: [option.short, option.long].filter((name) => name !== undefined && name !== null),
        description: option.description,
        takesValue: option.required || option.optional,
        choices: option.argChoices ?? [],
        isFile: /<path>/.test(option.flags),
        ...kindOf(option.long?.slice(2) ?? '', /<id/.test(option.flags)),
      })),
    words: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
    ...kindOf(command.registeredArguments[0]?.name() ?? '', false),
  };
  place.options.push({ names: ['-h', '--help'], description: 'display help for command', takesValue: false, choices: [], isFile: false });
  if (before === '')
    place.options.push({ names: ['-V', '--version'], description: 'print the version', takesValue: false, choices: [], isFile: false });
  const children = command
    .createHelp()
    .visibleCommands(command)
    .filter(({ parent }) => parent === command);
  return [place, ...children.flatMap((child) => placesOf(child, `${path} `))];
}

/** By what an option or an argument is called: `--service <name>` takes a name, `--service <id>` an id. */
function kindOf(called: string, isId: boolean): { kind?: NameKind } {
  const noun = called.replace(/-id$/, '');
  const kind = NAME_KINDS.find((one) => one === (isId || noun !== called ? `${noun}-id` : noun)) ?? NAME_KINDS.find((one) => one === noun);
  return kind === undefined ? {} : { kind };
}

/** Text between single quotes, as bash, zsh and fish read it alike. */
export function single(text: string): string {
  return `'${text.replaceAll('\\', '').replaceAll("'", '’')}'`;
}
