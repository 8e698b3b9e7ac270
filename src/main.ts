import { main } from './cli.ts';
import { nodeSystem } from './system/node.ts';

// No process.exit(): output is flushed and the lock is released first.
void main(process.argv.slice(2), nodeSystem()).then((exitCode) => {
  process.exitCode = exitCode;
});
