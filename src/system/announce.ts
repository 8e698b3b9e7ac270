import { errnoOf } from '../util/errors.ts';
import type { System } from './system.ts';

/** Named pipes exist as long as a process has them open, however it ends. */
const pipePath = (name: string): string => `\\\\.\\pipe\\sync-runner-${name}`;

export const announce: System['announce'] = async (name) => {
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', () => {
      resolve(false);
    });
    server.listen(pipePath(name), () => {
      resolve(true);
    });
    server.unref();
  });
};

export const isAnnounced: System['isAnnounced'] = async (name) => {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(pipePath(name));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Any other error means that the pipe exists: it is busy, or belongs to another user.
    socket.on('error', (error) => {
      resolve(errnoOf(error) !== 'ENOENT');
    });
  });
};
