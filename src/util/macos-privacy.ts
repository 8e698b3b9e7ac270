/** How a user lets programs read the directories that macOS protects. */
export const fullDiskAccessHint =
  'in System Settings > Privacy & Security > Full Disk Access, add node (`realpath "$(command -v node)"`), and run again';

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
