import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How a process ended, and what it printed. */
export interface ChildOutput {
  /** Null if a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/**
 * Resolves when a process and all holders of its output have ended; with null as soon as stdout or stderr exceeds the
 * limit. Rejects with an error of the system if it was not started.
 */
export const collectOutput = (
  child: ChildProcess,
  { input, maxBytes }: { readonly input?: string | Uint8Array; readonly maxBytes: number },
): Promise<ChildOutput | null> =>
  new Promise((resolve, reject) => {
    const collect = (stream: Readable | null): (() => Buffer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      stream?.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxBytes) chunks.push(chunk);
        else resolve(null);
      });
      return () => Buffer.concat(chunks);
    };
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    child.once('error', reject);
    child.once('close', (exitCode, signal) => {
      resolve({ exitCode, signal, stdout: stdout(), stderr: stderr() });
    });
    // A program may end without reading its input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
