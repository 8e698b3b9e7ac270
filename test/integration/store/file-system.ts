import fs, { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** An operation on the real file system that is about to start. All except `open` change it. */
export interface Operation {
  readonly name:
    'open' | 'mkdir' | 'link' | 'rename' | 'unlink' | 'rm' | 'create' | 'write' | 'sync' | 'chmod';
  /** The file; for a link or a rename, the new path. */
  readonly path: string;
}

type AnyFunction = (...args: never[]) => Promise<unknown>;

/**
 * Calls `before` ahead of every operation of `work` in node:fs/promises. It may record the operation, change
 * files, or throw to make the operation fail. Nothing else is simulated: files are real.
 */
export async function withFileSystem<Result>(
  before: (operation: Operation, handle?: FileHandle) => void | Promise<void>,
  work: () => Promise<Result>,
): Promise<Result> {
  const promises = fs.promises as unknown as Record<string, AnyFunction>;
  const real = { ...promises };
  const replace = (
    name: 'mkdir' | 'link' | 'rename' | 'unlink' | 'rm',
    pathArgument: number,
  ): void => {
    promises[name] = async (...args: never[]) => {
      await before({ name, path: String(args[pathArgument]) });
      return real[name]?.(...args);
    };
  };
  replace('mkdir', 0);
  replace('unlink', 0);
  replace('rm', 0);
  replace('link', 1);
  replace('rename', 1);
  promises['open'] = async (...args: never[]) => {
    const [path, flags] = args as unknown as [string, number];
    await before({ name: (flags & constants.O_CREAT) === 0 ? 'open' : 'create', path });
    const handle = (await real['open']?.(...args)) as FileHandle;
    for (const name of ['write', 'sync', 'chmod'] as const) {
      const original = handle[name].bind(handle) as AnyFunction;
      Object.assign(handle, {
        [name]: async (...rest: never[]) => {
          await before({ name, path }, handle);
          return original(...rest);
        },
      });
    }
    return handle;
  };
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    Object.assign(promises, real);
    syncBuiltinESMExports();
  }
}
