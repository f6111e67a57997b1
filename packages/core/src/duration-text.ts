/**
 * A time as people say it, such as `8 s`, `4 min 12 s` or `1 h 5 min`.
 *
 * @param seconds - At least 0.
 * @returns Words.
 */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
