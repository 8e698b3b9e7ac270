import { Command, CommanderError, Help, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommandEntry, Flag, GlobalFlags } from './command.ts';
import { findTopic, helpTopics, homepage, type HelpTopic } from './help-topics.ts';
import { commandGroups, commands } from './registry.ts';
import { globalFlags } from './flags.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import type { Output, System } from '../system/system.ts';

/**
 * Parses the command line and runs the command, whose module is loaded only then. Returns the exit code. Throws the
 * error of the command, or `UserError` with code `usage` for an invalid command line.
 */
export async function runProgram(argv: readonly string[], system: System): Promise<number> {
  const topic = argv[0] === 'help' ? findTopic(argv[1] ?? '') : undefined;
  if (topic !== undefined) {
    system.stdout.write(topicHelp(topic, helpWidth(system.stdout)));
    return exitCodes.done;
  }
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
      getOutHelpWidth: () => helpWidth(system.stdout),
      getErrHelpWidth: () => helpWidth(system.stderr),
      getOutHasColors: () => system.stdout.color,
      getErrHasColors: () => system.stderr.color,
    })
    .configureHelp({
      showGlobalOptions: true,
      minWidthToWrap,
      formatHelp: (command, help) =>
        command.parent === null
          ? shortHelp(help.helpWidth ?? 80)
          : Help.prototype.formatHelp.call(help, command, help),
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

/** The number of columns that are enough for a description beside its term. */
const minWidthToWrap = 12;

const helpWidth = ({ columns }: Output): number => Math.min(80, columns);

/** Returns a help text that fits on one screen; the help of each command has the details. */
function shortHelp(width: number): string {
  const names = commands.map(({ name }) => name);
  const groups = Object.entries(commandGroups).map(([group, title]) => {
    const members = commands.filter((command) => command.group === group);
    const rows = members.map(({ name, description }) => [name, description] as const);
    return `${title}\n${helpRows(rows, names, width)}`;
  });
  const topics = helpTopics.map(({ name }) => name).join(', ');
  return [
    ...wrapped('Collects token costs, code quality and a registry of your projects.', width),
    'Usage: sync-runner <command> [options]\n',
    examples(['init ~/code']),
    ...groups,
    ...wrapped('All commands: -w DIR, --json, --plain, -q, -v, --color, --no-color, -h', width),
    ...wrapped(`More: sync-runner help COMMAND, or ${topics}`, width),
    `${homepage}\n`,
  ].join('');
}

function topicHelp({ title, rows, page }: HelpTopic, width: number): string {
  const terms = rows.map(([term]) => term);
  return `${title}\n${helpRows(rows, terms, width)}${homepage}/blob/main/${page}\n`;
}

function helpRows(
  rows: readonly (readonly [string, string])[],
  terms: readonly string[],
  width: number,
): string {
  const help = new Help();
  help.minWidthToWrap = minWidthToWrap;
  help.prepareContext({ helpWidth: width });
  const longest = Math.max(...terms.map((term) => term.length));
  if (width - longest < 24) {
    // Too narrow for two columns: each description is below its term.
    const below = (text: string): string =>
      help.boxWrap(text, width - 6).replaceAll('\n', '\n      ');
    return rows.map(([term, text]) => `  ${term}\n      ${below(text)}\n`).join('');
  }
  return rows.map(([term, text]) => `${help.formatItem(term, longest, text, help)}\n`).join('');
}

const wrapped = (text: string, width: number): readonly string[] =>
  new Help()
    .boxWrap(text, width)
    .split('\n')
    .map((line) => `${line}\n`);
