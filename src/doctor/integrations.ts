import { dirname } from 'node:path';
import { readSecrets } from '../config/secrets.ts';
import { resolveRoot } from '../discovery/resolve-root.ts';
import { checkChannels, createChannels, secretNamesOf } from '../notify/channels/registry.ts';
import type { Config } from '../schema/config.ts';
import { requiredSecrets, type SecretSource } from '../schema/secrets.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { exists } from '../util/fs.ts';
import { shellQuote } from '../util/shell.ts';
import { passed, type Check, type DoctorContext } from './check.ts';

/** The option of each source that reads a bill. */
const billOptions = {
  'anthropic-admin': 'anthropic',
  openai: 'openai',
  openrouter: 'openrouter',
  cursor: 'cursor',
  litellm: 'litellm',
} as const satisfies Record<SecretSource, keyof Config['tokens']>;

/** Which bills are enabled, and which secrets the others lack. */
export const tokens: Check = {
  id: 'tokens',
  run: async (context) => {
    const { config, workspace, system } = context;
    if (config === null) return [];
    // Read even if the sync is disabled: the file must not be readable by other users.
    const secrets = await readSecrets(workspace, system);
    if (!config.syncs.includes('tokens')) return [passed('the tokens sync is disabled (syncs)')];
    const findings: Diagnostic[] = [];
    for (const [source, option] of Object.entries(billOptions)) {
      if (!config.tokens[option].enabled) continue;
      const names = requiredSecrets(source as SecretSource);
      const missing = names.filter((name) => secrets[name] === undefined);
      const state = missing.length === 0 ? 'enabled' : `off, ${missing.join(' and ')} not set`;
      findings.push(passed(`${source}: ${state}`));
      findings.push(...(await checkShellOnly(names, secrets, context)));
    }
    return findings;
  },
};

/** Warns of secrets that only the environment of this shell contains, if runs are scheduled. */
async function checkShellOnly(
  names: readonly string[],
  secrets: Readonly<Record<string, string>>,
  { workspace, system, getSchedule }: DoctorContext,
): Promise<readonly Diagnostic[]> {
  const stored = await readSecrets(workspace, { ...system, env: {} });
  const shellOnly = names.filter((name) => secrets[name] && stored[name] === undefined);
  if (shellOnly.length === 0 || (await getSchedule()).target === null) return [];
  const file = shellQuote(workspace.secrets);
  const commands = shellOnly.map(
    (name) => `(umask 077; printf '${name}=%s\\n' "$${name}" >> ${file})`,
  );
  return [
    diagnostic('secret-only-in-shell', {
      subject: shellOnly.join(' and '),
      message: 'set in this shell only, so scheduled runs lack it',
      hint: commands.join('; '),
    }),
  ];
}

/** The targets of notifications and metrics. */
export const outputs: Check = {
  id: 'outputs',
  run: async ({ config, workspace, system }) => {
    if (config === null) return [];
    const { notify, metrics } = config;
    const secrets = await readSecrets(workspace, system, secretNamesOf(notify));
    const { ping, channels, diagnostics } = await createChannels(notify, secrets, {
      system,
      workspace,
    });
    const names = [...(ping === null ? [] : ['ping']), ...channels.map(({ name }) => name)];
    const findings = [...diagnostics];
    if (names.length > 0) findings.push(passed(`notified: ${names.join(', ')}`));
    findings.push(...(await checkChannels(notify, system)));
    if (metrics.textfile !== undefined) {
      const base = { workspaceRoot: workspace.root, home: system.home };
      findings.push(await checkTextfile(resolveRoot(metrics.textfile, base)));
    }
    return findings;
  },
};

async function checkTextfile(path: string): Promise<Diagnostic> {
  if (!(await exists(dirname(path)))) {
    const message = `the directory of ${path} does not exist`;
    const hint = `mkdir -p ${shellQuote(dirname(path))}`;
    return diagnostic('metrics-directory-missing', { subject: 'metrics.textfile', message, hint });
  }
  return passed(`metrics are written to ${path}`);
}
