import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import type { GlobalOptions } from './commands/options.ts';
import { addScheduleCommands } from './commands/schedule-program.ts';
import { syncNames, type SyncName } from './contract/sync-names.ts';
import { exitCodes, UserError } from './errors.ts';
import type { System } from './system.ts';

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
    .option('-w, --workspace <dir>', 'the folder that holds data/')
    .option('--json', 'print exactly one JSON document')
    .option('-q, --quiet', 'print errors only')
    .option('-v, --verbose', 'print all warnings, and how long things took')
    .addHelpText(
      'before',
      examples('sync-runner init ~/code', 'sync-runner run', 'sync-runner status'),
    )
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
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride();

  program
    .command('run')
    .description('one locked run of the syncs: tokens, quality, projects')
    .addOption(
      new Option('--only <syncs>', 'only these, for example tokens,quality').argParser(syncList),
    )
    .option('--if-due', 'only if intervalMinutes have passed since the last run')
    .option('--scheduled', 'as a scheduler starts it: silent, writes data/logs/sync-runner.log')
    .addOption(new Option('--wait <seconds>', 'wait for another run to end').argParser(seconds))
    .option('--fail-if-locked', 'exit with 75 while another run is on (default: skip, exit 0)')
    .option('--dry-run', 'look at everything, write nothing')
    .addHelpText(
      'after',
      examplesAfter('sync-runner run --only quality', 'sync-runner run --wait 60'),
    )
    .action(async (_options, command: Command) => {
      const { run } = await import('./commands/run.ts');
      answer(await run(command.optsWithGlobals(), system));
    });

  program
    .command('status')
    .description('is everything fresh? last run, next run, lock')
    .option('--check', 'exit with 1 when something needs a person')
    .addHelpText('after', examplesAfter('sync-runner status --json', 'sync-runner status --check'))
    .action(async (_options, command: Command) => {
      const { status } = await import('./commands/status.ts');
      answer(await status(command.optsWithGlobals(), system));
    });

  program
    .command('init [root...]')
    .description('write a commented configuration; never overwrites one')
    .addHelpText(
      'after',
      examplesAfter('sync-runner init ~/code ~/work', 'sync-runner init -w . ..'),
    )
    .action(async (roots: string[], _options, command: Command) => {
      const { init } = await import('./commands/init.ts');
      answer(await init(roots, command.optsWithGlobals<GlobalOptions>(), system));
    });

  addScheduleCommands(program, system, answer);
  return program;
}

const examples = (...lines: readonly string[]): string =>
  `Examples:\n${lines.map((line) => `  $ ${line}\n`).join('')}`;

const examplesAfter = (...lines: readonly string[]): string => `\n${examples(...lines)}`;

function syncList(value: string): readonly string[] {
  const names = value.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !syncNames.includes(name as SyncName));
  if (unknown === undefined) return names;
  throw new InvalidArgumentError(`'${unknown}' is none of ${syncNames.join(', ')}.`);
}

function seconds(value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && number >= 0 && number <= 86_400) return number;
  throw new InvalidArgumentError('It is a number of seconds from 0 to 86400.');
}
