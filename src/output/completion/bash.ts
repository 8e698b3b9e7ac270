import { spellings, type CompletionFlag, type CompletionTree } from './tree.ts';

/** For bash 3.2 and newer; does not need bash-completion. */
export function bashCompletion({ program, commands, flags }: CompletionTree): string {
  const name = `_${program.replaceAll('-', '_')}`;
  const names = commands.map((command) => command.name);
  const words = (all: readonly CompletionFlag[]): string => all.flatMap(spellings).join(' ');
  const after = (command: string, all: readonly CompletionFlag[]): string =>
    all
      .filter(({ takes }) => takes !== 'nothing')
      .map((flag) => {
        const patterns = spellings(flag).map((spelling) => `'${command} '${spelling}`);
        return `    ${patterns.join('|').replaceAll("'* '", '*" "')}) ${replyTo(flag)}; return ;;\n`;
      })
      .join('');
  return `# bash completion of ${program}: source <(${program} completion bash)
${name}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
    ${names.join('|')}) command="$word"; break ;;
    esac
  done
  COMPREPLY=()
  case "$command $prev" in
${commands.map((command) => after(command.name, command.flags)).join('')}${after('*', flags)}  esac
  case "$command" in
    '') words='${names.join(' ')} ${words(flags)}' ;;
${commands
  .map((command) => {
    const all = [...(command.values ?? []), words([...command.flags, ...flags])];
    return `    ${command.name}) words='${all.join(' ')}' ;;\n`;
  })
  .join('')}  esac
  COMPREPLY=($(compgen -W "$words --help" -- "$cur"))
}
complete -o default -F ${name} ${program}
`;
}

function replyTo({ takes }: CompletionFlag): string {
  if (takes === 'directory') return 'local IFS=$\'\\n\'; COMPREPLY=($(compgen -d -- "$cur"))';
  if (typeof takes === 'string') return 'COMPREPLY=()';
  return `COMPREPLY=($(compgen -W '${takes.join(' ')}' -- "$cur"))`;
}
