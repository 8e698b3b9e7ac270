/** Copies text and shows whether that worked. */
export async function copy(text: string, name: string): Promise<void> {
  toast((await tryCopy(text)) ? `Copied ${name}` : 'The browser does not allow copying');
}

async function tryCopy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelection(text);
  }
}

/** For browsers that do not allow the clipboard in local files. */
function copySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'hide';
  document.body.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way then
  const isCopied = document.execCommand('copy');
  area.remove();
  return isCopied;
}

let timer = 0;

function toast(text: string): void {
  const box = document.getElementById('toast');
  if (box === null) return;
  box.textContent = text;
  box.hidden = false;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => (box.hidden = true), 2500);
}
