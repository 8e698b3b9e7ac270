import { win32 } from 'node:path';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';
import type { Host } from './scheduler.ts';

/** Gathers what the planner needs to know of this machine and its user. */
export async function describeHost(system: System, workspace: Workspace): Promise<Host> {
  const { platform, home, processInfo: self, env } = system;
  const { USERDOMAIN: domain, USERNAME: name } = env;
  return {
    platform,
    home,
    uid: self.uid,
    account: platform === 'win32' && domain && name ? `${domain}\\${name}` : null,
    stateFolder: workspace.schedule,
    consoleHost: await findConsoleHost(system),
  };
}

/** The first build of Windows whose console host can do without a window (10, version 1809). */
const headlessBuild = 17_763;

async function findConsoleHost(system: System): Promise<string | null> {
  const path = win32.join(system.env['SystemRoot'] || 'C:\\Windows', 'System32', 'conhost.exe');
  // Rendered elsewhere, a task is meant for a Windows of today.
  if (system.platform !== 'win32') return path;
  try {
    const { stdout } = await system.exec('cmd', ['/d', '/c', 'ver'], { timeoutMs: 10_000 });
    const build = Number(/\d+\.\d+\.(\d+)/.exec(Buffer.from(stdout).toString('latin1'))?.[1]);
    return build >= headlessBuild ? path : null;
  } catch {
    return null;
  }
}
