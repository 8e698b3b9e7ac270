import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readSecrets } from '../config/secrets.ts';
import { requiredSecrets } from '../schema/secrets.ts';
import { shellQuote } from '../util/shell.ts';
import { resolveRoot } from '../discovery/discover.ts';
import { channelsOf, secretNamesOf } from '../notify/channels.ts';
import { agents } from '../syncs/tokens/agents/registry.ts';
import type { System } from '../system/system.ts';
import { fail, ok, warn, type Check, type Finding } from './check.ts';

type Line = Omit<Finding, 'id'>;

/** Reports which token sources are on and why the others are off. */
export const tokens: Check = {
  id: 'tokens',
  run: async ({ config, workspace, system, askSchedule }) => {
    if (config === null) return [];
    // Also when the tokens sync is off: `readSecrets` checks the permissions of the file.
    const secrets = await readSecrets(workspace, system);
    if (!config.syncs.includes('tokens')) return [ok('tokens is off (syncs)')];
    const { anthropic, openai } = config.tokens;
    const lines: Line[] = [];
    const bills = [
      { source: 'anthropic-admin', enabled: anthropic.enabled },
      { source: 'openai', enabled: openai.enabled },
    ] as const;
    for (const { source } of bills.filter(({ enabled }) => enabled)) {
      const keyNames = requiredSecrets(source);
      const missing = keyNames.filter((name) => secrets[name] === undefined);
      const given = missing.length === 0 ? 'on' : `off: ${missing.join(' and ')} not set`;
      lines.push(ok(`${source} ${given}`));
      const stored = await readSecrets(workspace, { ...system, env: {} });
      const shellOnly = keyNames.filter((name) => secrets[name] && stored[name] === undefined);
      if (shellOnly.length > 0 && (await askSchedule()).target !== null) {
        const message = `${shellOnly.join(' and ')}: set in this shell only, so scheduled runs do without`;
        lines.push(
          warn(message, shellOnly.map((name) => storeFix(name, workspace.secrets)).join('; ')),
        );
      }
    }
    for (const agent of agents) {
      const { enabled, directories } = config.tokens[agent.optionsKey];
      if (!enabled) continue;
      const context = { directories, root: workspace.root, system };
      const { roots, missing } = agent.locations(context);
      for (const path of missing) {
        const message = `${agent.name}: no logs in ${path}`;
        lines.push(warn(message, `remove it from tokens.${agent.optionsKey}.directories`));
      }
      const text = roots.length > 0 ? `on: ${roots.join(', ')}` : 'has no logs on this machine';
      lines.push(ok(`${agent.name} ${text}`));
    }
    return lines;
  },
};

const storeFix = (name: string, path: string): string =>
  `(umask 077; printf '${name}=%s\\n' "$${name}" >> ${shellQuote(path)})`;

/** Reports the destinations of notifications and metrics. */
export const outputs: Check = {
  id: 'outputs',
  run: async ({ config, workspace, system }) => {
    if (config === null) return [];
    const { notify, metrics } = config;
    const secrets = await readSecrets(workspace, system, secretNamesOf(notify));
    const { ping, channels, problems } = channelsOf(notify, secrets, {
      system,
      cwd: workspace.root,
    });
    const lines = problems.map((problem): Line => {
      const name = /\$([A-Z][A-Z0-9_]*) is not set/.exec(problem)?.[1];
      return warn(problem, name === undefined ? null : setFix(name, workspace.secrets));
    });
    const told = [...(ping === null ? [] : ['ping']), ...channels.map(({ name }) => name)];
    if (told.length > 0) lines.push(ok(`told of the runs: ${told.join(', ')}`));
    if (notify.desktop) lines.push(...(await lookForDesktop(system)));
    if (metrics.textfile !== undefined) {
      const place = { workspaceRoot: workspace.root, home: system.home };
      const path = resolveRoot(metrics.textfile, place);
      const isThere = await access(dirname(path)).then(
        () => true,
        () => false,
      );
      const fix = `mkdir -p ${shellQuote(dirname(path))}`;
      lines.push(
        isThere
          ? ok(`gauges go to ${path}`)
          : fail(`the folder of metrics.textfile is not there: ${path}`, fix),
      );
    }
    return lines;
  },
};

const setFix = (name: string, path: string): string =>
  `(umask 077; echo '${name}=...' >> ${shellQuote(path)})`;

async function lookForDesktop({ platform, exec }: System): Promise<readonly Line[]> {
  if (platform !== 'linux') return [];
  try {
    await exec('notify-send', ['--version'], { timeoutMs: 3000 });
    return [];
  } catch {
    return [
      warn('notify.desktop: notify-send was not found', 'sudo apt-get install libnotify-bin'),
    ];
  }
}
