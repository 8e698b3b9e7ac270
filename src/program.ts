import { Command, CommanderError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { CommandEntry, Flag } from './commands/command.ts';
import { commandTable, globalFlags } from './commands/command-table.ts';
import type { GlobalOptions } from './commands/options.ts';
import { exitCodes, UserError } from './errors.ts';
import type { Output, System } from './system.ts';

/**
 * Parses a command line and runs its command, which is loaded only then. Answers the exit code; throws
 * what the command throws, and `UserError` USAGE for a command line that makes no sense.
 */
export async function runProgram(argv: readonly string[], system: System): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = buildProgram(system, (code) => (exitCode = code));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    // Without a command the help has been printed already, to stderr.
    if (error.code === 'commander.help') return exitCodes.usage;
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    throw new UserError('USAGE', message, { hint: 'sync-runner --help' });
  }
}

type Answer = (exitCode: number) => void;

function buildProgram(system: System, answer: Answer): Command {
  const program = new Command('sync-runner')
    .description('Keeps the data about your projects fresh: cost, quality, registry.')
    .version(packageJson.version, '-V, --version')
    .addHelpText('before', examples('init ~/code', 'run', 'status'))
    .configureOutput({
      writeOut: system.stdout.write,
      writeErr: (text) => {
        // Usage errors come back as CommanderError: with --json they are a document instead.
        if (!text.startsWith('error:')) system.stderr.write(text);
      },
      getOutHelpWidth: () => Math.min(80, system.stdout.columns),
      getErrHelpWidth: () => Math.min(80, system.stderr.columns),
      getOutHasColors: () => system.stdout.color,
      getErrHasColors: () => system.stderr.color,
    })
    // Short terms leave the descriptions a line each.
    .configureHelp({
      subcommandTerm: (command) => command.name(),
      // `help` stands among the options already, as `--help`: a screen has few lines.
      visibleCommands: (command) => command.commands.slice(),
    })
    .exitOverride();
  for (const flag of globalFlags) program.addOption(optionOf(flag));
  for (const entry of commandTable) addCommand(program, entry, system, answer);
  return program;
}

function addCommand(program: Command, entry: CommandEntry, system: System, answer: Answer): void {
  const command = program
    .command(entry.name)
    .description(entry.description)
    .addHelpText('after', `\n${examples(...entry.examples)}`);
  if (entry.arguments !== undefined) command.arguments(entry.arguments);
  for (const flag of entry.flags) command.addOption(optionOf(flag));
  command.action(async () => {
    const flags = command.optsWithGlobals<GlobalOptions>();
    answer(await entry.action(command.args, flags, withColor(system, flags.color)));
  });
}

/** `--color` and `--no-color` win over what the terminal and the environment say. */
function withColor(system: System, color: boolean | undefined): System {
  if (color === undefined) return system;
  // Asked late: to open a stream costs time.
  const chosen = (output: Output): Output => ({
    write: output.write,
    color,
    get isTerminal() {
      return output.isTerminal;
    },
    get columns() {
      return output.columns;
    },
  });
  return { ...system, stdout: chosen(system.stdout), stderr: chosen(system.stderr) };
}

function optionOf({ flags, description, preset, parse }: Flag): Option {
  const option = new Option(flags, description);
  if (preset !== undefined) option.default(preset);
  if (parse !== undefined) option.argParser(parse);
  return option;
}

const examples = (...lines: readonly string[]): string =>
  `Examples:\n${lines.map((line) => `  $ sync-runner ${line}\n`).join('')}`;
