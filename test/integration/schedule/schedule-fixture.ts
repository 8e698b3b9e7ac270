import { basename, join } from 'node:path';
import {
  install,
  planInstall,
  planUninstall,
  uninstall,
} from '../../../src/schedule/install/plan-install.ts';
import { schedulers } from '../../../src/schedule/registry.ts';
import {
  createScheduleContext,
  type ScheduleContext,
} from '../../../src/schedule/schedule-context.ts';
import type { RunTool, SchedulerName, Step } from '../../../src/schedule/scheduler.ts';
import { configFile } from '../../../src/schema/config.ts';
import type { System } from '../../../src/system/system.ts';
import { testSystem } from '../../helpers/context.ts';
import { schedulerShims, type SchedulerShims } from '../../helpers/scheduler-shims.ts';
import { temporaryWorkspace, type TemporaryWorkspace } from '../../helpers/workspace.ts';

const { exec } = testSystem();

/** Returns a system whose only scheduler programs are the shims. */
export const systemWith = (
  shims: SchedulerShims,
  workspace: TemporaryWorkspace,
  changes: Partial<System> = {},
): System =>
  testSystem({
    platform: 'linux',
    home: join(workspace.root, 'home'),
    exec: (file, args, options) => exec(join(shims.dir, basename(file)), args, options),
    ...changes,
  });

/** A workspace with shims, in which a schedule can be installed. */
export interface ScheduleFixture extends AsyncDisposable {
  readonly shims: SchedulerShims;
  readonly workspace: TemporaryWorkspace;
  /** Creates a context as each command does; a number is the interval in minutes. */
  readonly context: (config?: number | object) => Promise<ScheduleContext>;
  /** Installs the schedule and resolves with the steps. */
  readonly install: (config?: number | object, runTool?: RunTool) => Promise<readonly Step[]>;
  /** Uninstalls the schedule and resolves with the removed parts. */
  readonly uninstall: () => Promise<readonly unknown[]>;
}

export async function scheduleFixture(
  name: SchedulerName,
  changes: Partial<System> = {},
): Promise<ScheduleFixture> {
  const shims = await schedulerShims();
  const workspace = await temporaryWorkspace();
  const system = systemWith(shims, workspace, changes);
  const createContext = (config: number | object = 15): Promise<ScheduleContext> =>
    createScheduleContext(
      configFile.parse(typeof config === 'number' ? { intervalMinutes: config } : config),
      workspace.paths,
      system,
    );
  return {
    shims,
    workspace,
    context: createContext,
    install: async (config, runTool) => {
      const own = await createContext(config);
      const context = runTool === undefined ? own : { ...own, runTool };
      const plan = await planInstall({ scheduler: schedulers[name], reason: '' }, context);
      await install(plan, context);
      return plan.steps;
    },
    uninstall: async () => {
      const context = await createContext();
      const plan = await planUninstall(name, context);
      await uninstall(plan, context);
      return plan.parts;
    },
    [Symbol.asyncDispose]: async () => {
      await shims[Symbol.asyncDispose]();
      await workspace[Symbol.asyncDispose]();
    },
  };
}
