import { type NameKind, type Place, single } from './places.js';

/** A script for fish from 3.0 on. */
export function fishScript(places: readonly Place[]): string {
  const groups = places.filter((place) => place.path.includes(' ')).map((place) => single(place.path));
  const lines = places.flatMap((place) => {
    const here = `complete -c cellplane -n ${single(`__cellplane_at "${place.path}"`)}`;
    return [
      ...place.commands.map(({ name, description }) => `${here} -f -a ${name} -d ${single(description)}`),
      ...place.words.map((word) => `${here} -f -a ${word}`),
      ...(place.kind === undefined ? [] : [`${here} -f -a ${single(liveNames(place.kind))}`]),
      ...place.options.map(({ names, description, takesValue, choices, isFile, kind }) => {
        const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ');
        const value = !takesValue
          ? ''
          : isFile
            ? ' -r -F'
            : choices.length > 0
              ? ` -x -a ${single(choices.join(' '))}`
              : kind === undefined
                ? ' -x'
                : ` -x -a ${single(liveNames(kind))}`;
        return `${here} ${flags}${value} -d ${single(description)}`;
      }),
    ];
  });
  return `# cellplane completion for fish
function __cellplane_at
    set -l at cellplane
    for word in (commandline -opc)[2..-1]
        if contains -- "$at $word" ${groups.join(' ')}
            set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

/** What is there, by the server's word; fish splits the lines, and expands none of them. */
function liveNames(kind: NameKind): string {
  return `(cellplane completion names ${kind} -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)`;
}
