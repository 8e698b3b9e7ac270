import { sep } from 'node:path';
import { shellQuote } from './shell.ts';

/** How a user lets programs read the directories that macOS protects. */
export const fullDiskAccessHint =
  'in System Settings > Privacy & Security > Full Disk Access, add node (`realpath "$(command -v node)"`), and run again';

/** Returns how to make a path readable that can't be read with this error; null if its access rights are not the reason. */
export function readAccessHint(path: string, errno: string | null): string | null {
  if (errno !== 'EACCES' && errno !== 'EPERM') return null;
  if (sep === '\\') return `icacls "${path}"`;
  return errno === 'EPERM' ? fullDiskAccessHint : `chmod u+rx ${shellQuote(path)}`;
}

/** Directories in the home directory that macOS protects (TCC); those of cloud storage and iCloud are in Library. */
const protectedDirs = [
  'Desktop',
  'Documents',
  'Downloads',
  'Library/CloudStorage',
  'Library/Mobile Documents',
];

/** Whether macOS asks the user before a program reads a directory, which it can't do in a scheduled run. */
export function isProtectedDir(path: string, home: string): boolean {
  // Removable and network volumes are mounted there.
  if (path.startsWith('/Volumes/')) return true;
  return protectedDirs.some((dir) => `${path}/`.startsWith(`${home}/${dir}/`));
}
