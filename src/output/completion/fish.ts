import type { CompletionFlag, CompletionTree } from './tree.ts';

/** For fish 3 and newer. */
export function fishCompletion({ program, commands, flags }: CompletionTree): string {
  const line = (...words: readonly string[]): string =>
    `complete -c ${program} ${words.join(' ')}\n`;
  const names = commands.map(({ name }) => name).join(' ');
  const none = `-n ${quoted(`not __fish_seen_subcommand_from ${names}`)}`;
  const flagLine = (condition: string, flag: CompletionFlag): string =>
    line(...[condition, ...flagWords(flag), '-d', quoted(flag.description)].filter(Boolean));
  return [
    `# fish completion of ${program}: ${program} completion fish | source\n`,
    line('-f'),
    ...flags.map((flag) => flagLine('', flag)),
    line('-s h', '-l help', '-d', quoted('help')),
    ...commands.flatMap(({ name, description, values, flags: own }) => {
      const chosen = `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
      return [
        line(none, '-a', name, '-d', quoted(description)),
        line(chosen, ...(values === null ? ['-F'] : ['-a', quoted(values.join(' '))])),
        ...own.map((flag) => flagLine(chosen, flag)),
      ];
    }),
  ].join('');
}

/** fish has two escape sequences in single quotes. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;

function flagWords({ short, long, takes }: CompletionFlag): readonly string[] {
  const name = [...(short === null ? [] : [`-s ${short.slice(1)}`]), `-l ${long.slice(2)}`];
  if (takes === 'nothing') return name;
  if (takes === 'directory') return [...name, '-x', '-a', quoted('(__fish_complete_directories)')];
  return takes === 'anything' ? [...name, '-x'] : [...name, '-x', '-a', quoted(takes.join(' '))];
}
