/** Returns a rounded duration: `212ms`, `4.2 s`, `8 min`, `3 h`, `2 days`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 1000) return `${String(Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${String(minutes)} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${String(hours)} h` : `${String(Math.round(hours / 24))} days`;
}

/** Returns a time relative to now, in seconds at least: `8 min ago`, `in 7 min`, `1 s ago`. */
export function formatRelative(at: Date, now: Date): string {
  const distance = at.getTime() - now.getTime();
  const seconds = Math.max(1, Math.round(Math.abs(distance) / 1000));
  const text = seconds < 60 ? `${String(seconds)} s` : formatDuration(seconds * 1000);
  return distance > 0 ? `in ${text}` : `${text} ago`;
}

/** Returns the age of a time in short form: `8 min`, `3 h`, `2 days`. */
export const formatAge = (at: Date, now: Date): string =>
  formatDuration(Math.max(60_000, now.getTime() - at.getTime()));

/** Returns a time in the local time zone: `09:45`, `Tue 09:45`, `2026-11-23`. */
export function formatClock(at: Date, now: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (at.toDateString() === now.toDateString()) return clock;
  const days = Math.abs(at.getTime() - now.getTime()) / 86_400_000;
  if (days < 7) return `${at.toDateString().slice(0, 3)} ${clock}`;
  return `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
