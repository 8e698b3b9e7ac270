import { Command, CommanderError, Help, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommandEntry, Flag, GlobalFlags } from './command.ts';
import { commands, globalFlags } from './registry.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import type { Output, System } from '../system/system.ts';

/**
 * Parses the command line and runs the command, whose module is loaded only then. Returns the exit code. Throws the
 * error of the command, or `UserError` with code `usage` for an invalid command line.
 */
export async function runProgram(argv: readonly string[], system: System): Promise<number> {
  const parsed: Parsed = { command: null, exitCode: exitCodes.done };
  try {
    await buildProgram(system, parsed).parseAsync(withoutHelpCommand(argv), { from: 'user' });
    return parsed.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    throw usageError(error, parsed.command);
  }
}

/** The result of parsing so far. */
interface Parsed {
  /** The name of the command; null if parsing failed before it. */
  command: string | null;
  exitCode: number;
}

/** Rewrites `help COMMAND` to `COMMAND --help`, so that an unknown command is reported as one. */
function withoutHelpCommand([word, name, ...rest]: readonly string[]): readonly string[] {
  if (word !== 'help') return [word, name, ...rest].filter((arg) => arg !== undefined);
  if (name === undefined) return ['--help'];
  return commands.some((entry) => entry.name === name) ? [name, '--help'] : [name];
}

function usageError(error: CommanderError, command: string | null): UserError {
  const message =
    error.code === 'commander.help'
      ? 'a command is required'
      : error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  const hint = ['sync-runner', command, '--help'].filter((word) => word !== null).join(' ');
  return new UserError('usage', message, { hint });
}

function buildProgram(system: System, parsed: Parsed): Command {
  const program = new Command('sync-runner')
    .version(packageJson.version, '-V, --version')
    .helpCommand(false)
    .configureOutput({
      writeOut: system.stdout.write,
      writeErr: (text) => {
        // Usage errors are thrown as CommanderError, too, and reported by the caller.
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
  for (const flag of globalFlags) program.addOption(toOption(flag));
  for (const entry of commands) addCommand(program, entry, system, parsed);
  return program;
}

function addCommand(program: Command, entry: CommandEntry, system: System, parsed: Parsed): void {
  const command = program
    .command(entry.name)
    .description(entry.description)
    .addHelpText('before', `Examples:\n${examples(entry.examples)}`);
  if (entry.arguments !== undefined) command.arguments(entry.arguments);
  for (const flag of entry.flags) command.addOption(toOption(flag));
  command.exitOverride((error) => {
    parsed.command = entry.name;
    throw error;
  });
  command.action(async () => {
    parsed.command = entry.name;
    const flags = command.optsWithGlobals<GlobalFlags>();
    const action = await entry.load();
    parsed.exitCode = await action(flags, withColor(system, flags.color), command.args);
  });
}

/** Lets `--color` and `--no-color` override the terminal and the environment. */
function withColor(system: System, color: boolean | undefined): System {
  if (color === undefined) return system;
  // Getters, because opening a stream takes time.
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

function toOption({ flags, description, default: preset, parse }: Flag): Option {
  const option = new Option(flags, description);
  if (preset !== undefined) option.default(preset);
  if (parse !== undefined) option.argParser(parse);
  return option;
}

const examples = (lines: readonly string[]): string =>
  lines.map((line) => `  $ sync-runner ${line}\n`).join('');

/** Returns a help text that fits on one screen; the help of each command has the details. */
function shortHelp(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(
    ({ name, description }) => `  ${name.padEnd(width)}  ${description}\n`,
  );
  return (
    'Collects token costs, code quality and a registry of your projects.\n' +
    'Usage: sync-runner <command> [options]\n\n' +
    `${examples(['init ~/code', 'status'])}\n${lines.join('')}\n` +
    'All commands: -w DIR, --json, --plain, -q, -v, --color, --no-color, -h\n' +
    'More: sync-runner help COMMAND; README.md, docs/\n'
  );
}
