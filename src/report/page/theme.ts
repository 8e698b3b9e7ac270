const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

const key = 'sync-runner-theme';

/** Returns the chosen theme. Storage may be disabled. */
function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(key);
    return themes.find((theme) => theme === stored) ?? 'system';
  } catch {
    return 'system';
  }
}

let current: Theme = storedTheme();

/** Applies the chosen theme; called before anything is painted. */
export function applyTheme(): void {
  if (current === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = current;
  const button = document.getElementById('theme');
  if (button !== null) button.textContent = `Theme: ${current}`;
}

/** Changes to the next theme and stores it, if storage is enabled. */
export function nextTheme(): void {
  current = themes[(themes.indexOf(current) + 1) % themes.length] ?? 'system';
  try {
    localStorage.setItem(key, current);
  } catch {
    // The theme then applies until the page is closed.
  }
  applyTheme();
}
