const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Returns a bar of block characters for a share from 0 to 1. A share above 0 has at least an eighth of a block. */
export function barText(share: number, width: number): string {
  if (!(share > 0)) return '';
  const parts = Math.max(1, Math.round(Math.min(1, share) * width * 8));
  return '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
}
