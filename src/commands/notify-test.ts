import { readConfig } from '../config/config.ts';
import { readSecrets, redactor } from '../config/secrets.ts';
import { sanitizePath } from '../util/text.ts';
import { exitCodes, UserError } from '../util/errors.ts';
import {
  createChannels,
  secretNamesOf,
  secretsToRedact,
  type Channel,
} from '../notify/channels/registry.ts';
import { channelNames } from '../schema/notify.ts';
import { ping as sendPing, runUuid } from '../notify/heartbeat.ts';
import { composeMessage } from '../notify/message.ts';
import type { System } from '../system/system.ts';
import { diagnosticLine } from '../output/diagnostic-text.ts';
import { jsonLine } from '../output/json.ts';
import { findWorkspace } from '../config/workspace.ts';
import type { GlobalFlags } from './command.ts';

interface Attempt {
  readonly channel: Channel['name'] | 'ping';
  /** Why sending failed; null if it succeeded. */
  readonly problem: string | null;
}

const timeoutMs = 10_000;

/**
 * `sync-runner notify-test`: sends a test message to every channel of `notify` and reports the results. The dead-man
 * switch gets a log entry, which does not count as a run.
 */
export async function notifyTest(flags: GlobalFlags, system: System): Promise<number> {
  const workspace = await findWorkspace(flags.workspace, system);
  const { notify } = await readConfig(workspace);
  const secrets = await readSecrets(workspace, system, secretNamesOf(notify));
  const redact = redactor(secretsToRedact(notify, secrets));
  const { ping, channels, diagnostics } = await createChannels(notify, secrets, {
    system,
    workspace,
  });
  const [unusable] = diagnostics;
  if (unusable !== undefined) {
    throw new UserError('secrets', redact(diagnosticLine(unusable)), {
      hint: redact(unusable.hint ?? 'sync-runner doctor'),
    });
  }
  if (channels.length === 0 && ping === null) {
    throw new UserError('usage', `notify has no ping, ${channelNames.join(', ')}`, {
      hint: 'configure one in data/config/sync.json',
    });
  }
  const facts = { host: system.processInfo.host, workspace: workspace.root, redact };
  const message = composeMessage('test', {
    ...facts,
    diagnostics: [],
    run: null,
    failingSince: null,
  });
  const attempt = async (
    channel: Attempt['channel'],
    send: (signal: AbortSignal) => Promise<void>,
  ): Promise<Attempt> => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      await send(signal);
      return { channel, problem: null };
    } catch (error) {
      const text = signal.aborted ? 'took too long' : (error as Error).message;
      return { channel, problem: sanitizePath(redact(text)) };
    }
  };
  const rid = runUuid(workspace.root, system.now().toISOString());
  const body = `${message.title}\n${message.text}`;
  const attempts = await Promise.all([
    ...(ping === null
      ? []
      : [attempt('ping', (signal) => sendPing(ping, 'log', { rid, body, signal }))]),
    ...channels.map(({ name, send }) => attempt(name, (signal) => send(message, signal))),
  ]);
  const failed = attempts.some((one) => one.problem !== null);
  if (flags.json === true) {
    system.stdout.write(jsonLine({ schemaVersion: 1, ok: !failed, attempts }));
  } else {
    for (const one of attempts) {
      if (one.problem !== null) system.stderr.write(`${one.channel}: ${one.problem}\n`);
      else if (flags.quiet !== true) system.stdout.write(`${one.channel}: sent\n`);
    }
  }
  return failed ? exitCodes.failed : exitCodes.done;
}
