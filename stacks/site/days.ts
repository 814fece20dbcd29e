/** Days before an end from which tools tell it. We chose 30: time to ask another institution for a new credential, or to argue a waiver anew. */
export const NOTICE_DAYS = 30;
/** Milliseconds of a day. */
const DAY = 24 * 60 * 60 * 1000;

/**
 * Days from today to a day: 0 on that day, negative after it.
 * @param until as `YYYY-MM-DD`.
 * @param today counts as a day of UTC.
 */
export function daysUntil(until: string, today: Date): number {
  return (Date.parse(until) - Date.parse(today.toISOString().slice(0, 10))) / DAY;
}
