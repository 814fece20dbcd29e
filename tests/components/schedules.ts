/** Schedules that a CronJob may have. */
export const SCHEDULES = [
  "23 3 * * *",
  "41 */4 * * *",
  "0 0 1 1 0",
  "59 23 31 12 6",
  "0-30/10,45 8-18 * * 1-5",
  "5/20 * * * *",
  "* * * * *",
  "07 03 * * *",
  "1-1 * * * *",
] as const;

/** Schedules that the API server takes and reads otherwise than they are meant: it passes over what follows a star. */
export const MISREAD_SCHEDULES: readonly (readonly [string, RegExp])[] = [
  ["23 3 * * *-2", /^\*-2 is no day of the week; allowed: \*, or numbers from 0 to 6/],
];

/** Schedules that a CronJob cannot have, and what is said of each. */
export const REFUSED_SCHEDULES: readonly (readonly [string, RegExp])[] = [
  ["60 3 * * *", /^60 is no minute; .* 0 to 59/],
  ["23 24 * * *", /^24 is no hour; .* 0 to 23/],
  ["23 3 0 * *", /^0 is no day of the month; .* 1 to 31/],
  ["23 3 * 13 *", /^13 is no month; .* 1 to 12/],
  ["23 3 * * 7", /^7 is no day of the week/],
  ["30-10 3 * * *", /^30-10 is no minute/],
  ["*/0 3 * * *", /^\*\/0 is no minute/],
  ["1/2/3 3 * * *", /is no minute/],
  ["- 3 * * *", /is no minute/],
  ["23 3 * *", /^allowed: five fields/],
  ["23 3 * * * *", /^allowed: five fields/],
  ["", /^allowed: five fields/],
  ["60 24 * * *", /^60 is no minute.*\n24 is no hour/],
];
