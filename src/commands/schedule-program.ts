import { InvalidArgumentError, Option, type Command } from 'commander';
import { schedulerNames } from '../schedule/scheduler.ts';
import type { Target } from '../schedule/select.ts';
import type { System } from '../system.ts';
import type { InstallFlags } from './install-schedule.ts';
import type { UninstallFlags } from './uninstall-schedule.ts';

/** Adds `install-schedule` and `uninstall-schedule` to the program. */
export function addScheduleCommands(
  program: Command,
  system: System,
  answer: (exitCode: number) => void,
): void {
  program
    .command('install-schedule')
    .description('let the system start the runs, every intervalMinutes')
    .addOption(targetOption())
    .option('--print', 'print what would be installed, for any system')
    .option('--check', 'exit with 1, and a diff, when what is installed differs')
    .option('--dry-run', 'show every file and command, change nothing')
    .option('--templates [dir]', 'write an example for every scheduler (default: deploy/)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sync-runner install-schedule\n  $ sync-runner install-schedule --print --target launchd\n',
    )
    .action(async (_options, command: Command) => {
      const { installSchedule } = await import('./install-schedule.ts');
      answer(await installSchedule(command.optsWithGlobals<InstallFlags>(), system));
    });

  program
    .command('uninstall-schedule')
    .description('the exact inverse; twice is fine')
    .addOption(targetOption())
    .option('--dry-run', 'show what would be done, change nothing')
    .addHelpText('after', '\nExamples:\n  $ sync-runner uninstall-schedule\n')
    .action(async (_options, command: Command) => {
      const { uninstallSchedule } = await import('./uninstall-schedule.ts');
      answer(await uninstallSchedule(command.optsWithGlobals<UninstallFlags>(), system));
    });
}

/** Other names that people know the schedulers by. */
const otherNames: Readonly<Record<string, Target>> = {
  cron: 'crontab',
  schtasks: 'task-scheduler',
  windows: 'task-scheduler',
  k8s: 'kubernetes',
};

const targets: readonly Target[] = ['auto', ...schedulerNames];

function targetOption(): Option {
  return new Option('-t, --target <scheduler>', targets.join(', '))
    .default('auto')
    .argParser((value: string): Target => {
      const target = targets.find((name) => name === value) ?? otherNames[value];
      if (target !== undefined) return target;
      throw new InvalidArgumentError(`'${value}' is none of ${targets.join(', ')}.`);
    });
}
