// Holds a file open until another one exists, as most Windows programs do: others may read it, but not replace it.
// Node.js itself shares every access, so cmd.exe opens the file, as stdin of a process that prints `open` and waits.
import { spawn } from 'node:child_process';

const [file, stop] = process.argv.slice(2);
const script =
  "process.stdout.write('open\\n');" +
  'setInterval(()=>{if(require(`fs`).existsSync(process.argv[1]))process.exit()},50)';
spawn('cmd', ['/d', '/s', '/c', `""${process.execPath}" -e "${script}" "${stop}" < "${file}""`], {
  stdio: ['ignore', 'inherit', 'inherit'],
  windowsVerbatimArguments: true,
});
