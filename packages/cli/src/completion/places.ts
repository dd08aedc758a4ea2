/** The command tree as completion needs it. Pure. */
import type { Command } from 'commander';

/** A command, and what may follow it. */
export interface Place {
  /** `cellplane instance create`. */
  path: string;
  commands: { name: string; description: string }[];
  options: PlaceOption[];
  /** Choices of its argument. */
  words: string[];
}

export interface PlaceOption {
  /** `-o` and `--output`. */
  names: string[];
  description: string;
  takesValue: boolean;
  choices: readonly string[];
  /** Its value is a path. */
  isFile: boolean;
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
      })),
    words: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
  };
  place.options.push({ names: ['-h', '--help'], description: 'display help for command', takesValue: false, choices: [], isFile: false });
  if (before === '')
    place.options.push({ names: ['-V', '--version'], description: 'print the version', takesValue: false, choices: [], isFile: false });
  return [place, ...command.commands.flatMap((child) => placesOf(child, `${path} `))];
}

/** Text between single quotes, as bash, zsh and fish read it alike. */
export function single(text: string): string {
  return `'${text.replaceAll('\\', '').replaceAll("'", '’')}'`;
}
