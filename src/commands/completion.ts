import { exitCodes } from '../util/errors.ts';
import type { System } from '../system/system.ts';
import { bashCompletion } from '../output/completion/bash.ts';
import { fishCompletion } from '../output/completion/fish.ts';
import { pwshCompletion } from '../output/completion/pwsh.ts';
import type { CompletionFlag, CompletionTree } from '../output/completion/tree.ts';
import { zshCompletion } from '../output/completion/zsh.ts';
import { jsonLine } from '../output/json.ts';
import type { CommandEntry, Flag, GlobalFlags } from './command.ts';
import { parseOneOf, shells, type Shell } from './arg-parsers.ts';

const scripts: Readonly<Record<Shell, (tree: CompletionTree) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  pwsh: pwshCompletion,
};

/** `sync-runner completion SHELL`: a static script, so that completion starts no process. */
export function printCompletion(
  flags: GlobalFlags,
  { stdout }: System,
  [name = '']: readonly string[],
  { commands, globalFlags }: { commands: readonly CommandEntry[]; globalFlags: readonly Flag[] },
): number {
  const shell = parseOneOf(shells)(name);
  const script = scripts[shell]({
    program: 'sync-runner',
    flags: globalFlags.map(completionFlag),
    commands: commands.map(
      ({ name, description, arguments: words, argumentValues, flags: own }) => ({
        name,
        description,
        values: argumentValues ?? (words === undefined ? [] : null),
        flags: own.map(completionFlag),
      }),
    ),
  });
  const document = { schemaVersion: 1, shell, script };
  stdout.write(flags.json === true ? jsonLine(document) : script);
  return exitCodes.done;
}

function completionFlag({ flags, description, values }: Flag): CompletionFlag {
  const [, short = null, long = '', value] =
    /^(?:(-\w), )?(--[\w-]+)(?: [<[](\w+))?/.exec(flags) ?? [];
  const takes = value === undefined ? 'nothing' : value === 'dir' ? 'directory' : 'anything';
  return { long, short, description, takes: values ?? takes };
}
