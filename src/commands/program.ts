import { Command, CommanderError, Help, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommandEntry, Flag } from './command.ts';
import { commands, globalFlags } from './registry.ts';
import type { GlobalOptions } from './options.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import type { Output, System } from '../system/system.ts';

/**
 * Parses a command line and runs its command, which is loaded only then. Answers the exit code; throws
 * what the command throws, and `UserError` USAGE for a command line that makes no sense.
 */
export async function runProgram(argv: readonly string[], system: System): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = buildProgram(system, (code) => (exitCode = code));
  try {
    await program.parseAsync(withoutHelpCommand(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    throw usageError(error, argv);
  }
}

/** `help COMMAND` is `COMMAND --help`: so that an unknown command is named as such. */
function withoutHelpCommand([word, name, ...rest]: readonly string[]): readonly string[] {
  if (word !== 'help') return [word, name, ...rest].filter((one) => one !== undefined);
  if (name === undefined) return ['--help'];
  return commands.some((entry) => entry.name === name) ? [name, '--help'] : [name];
}

function usageError(error: CommanderError, argv: readonly string[]): UserError {
  const name = commands.find((entry) => argv.includes(entry.name))?.name;
  const hint = name === undefined ? 'sync-runner --help' : `sync-runner ${name} --help`;
  const message =
    error.code === 'commander.help'
      ? 'a command is required'
      : error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new UserError('usage', message, { hint });
}

type Answer = (exitCode: number) => void;

function buildProgram(system: System, answer: Answer): Command {
  const program = new Command('sync-runner')
    .version(packageJson.version, '-V, --version')
    .helpCommand(false)
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
    .configureHelp({
      showGlobalOptions: true,
      formatHelp: (command, help) =>
        command.parent === null ? shortHelp() : Help.prototype.formatHelp.call(help, command, help),
    })
    .exitOverride();
  for (const flag of globalFlags) program.addOption(optionOf(flag));
  for (const entry of commands) addCommand(program, entry, system, answer);
  return program;
}

function addCommand(program: Command, entry: CommandEntry, system: System, answer: Answer): void {
  const command = program
    .command(entry.name)
    .description(entry.description)
    .addHelpText('before', `Examples:\n${examples(entry.examples)}`);
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

const examples = (lines: readonly string[]): string =>
  lines.map((line) => `  $ sync-runner ${line}\n`).join('');

/** What fits a screen; the help of a command tells the rest. */
function shortHelp(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(
    ({ name, description }) => `  ${name.padEnd(width)}  ${description}\n`,
  );
  return (
    'Keeps the data about your projects fresh: cost, quality, registry.\n\n' +
    `${examples(['init ~/code', 'status'])}\n` +
    `Usage: sync-runner <command> [options]\n\n${lines.join('')}\n` +
    'Every command: -w DIR, --json, --plain, -q, -v, --color, --no-color, -h\n' +
    'More: sync-runner help COMMAND; README.md, docs/\n'
  );
}
