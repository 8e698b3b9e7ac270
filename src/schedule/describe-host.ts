import { win32 } from 'node:path';
import type { Workspace } from '../config/workspace.ts';
import type { System } from '../system/system.ts';
import type { Host } from './scheduler.ts';

/** Collects the facts about this machine and user that the schedulers need. */
export async function describeHost(system: System, workspace: Workspace): Promise<Host> {
  const { platform, home, processInfo, env } = system;
  const { USERDOMAIN: domain, USERNAME: name } = env;
  return {
    platform,
    home,
    uid: processInfo.uid,
    account: platform === 'win32' && domain && name ? `${domain}\\${name}` : null,
    stateDir: workspace.schedule,
    consoleHost: await findConsoleHost(system),
  };
}

/** The first build of Windows whose conhost.exe has `--headless` (Windows 10 1809). */
const headlessBuild = 17_763;

async function findConsoleHost(system: System): Promise<string | null> {
  const path = win32.join(system.env['SystemRoot'] || 'C:\\Windows', 'System32', 'conhost.exe');
  // A task rendered on another platform is meant for a current Windows.
  if (system.platform !== 'win32') return path;
  try {
    const { stdout } = await system.exec('cmd', ['/d', '/c', 'ver'], { timeoutMs: 10_000 });
    const build = Number(/\d+\.\d+\.(\d+)/.exec(Buffer.from(stdout).toString('latin1'))?.[1]);
    return build >= headlessBuild ? path : null;
  } catch {
    return null;
  }
}
