import type { CheckRecord } from '../contract/report.ts'

/** What is beside the result of a check: `failed first, then passed; 3 warnings, 5 before`. Empty when nothing is. */
export function writeAside({ flaky, warnings }: CheckRecord): string {
  const parts = [
    ...(flaky === true ? ['flaky: failed first, passed when run again'] : []),
    ...(warnings === undefined ? [] : [writeWarnings(warnings)]),
  ]
  return parts.join('; ')
}

export function writeWarnings({ before, after }: NonNullable<CheckRecord['warnings']>): string {
  const were = before === null ? 'not known how many before' : `${before} before`
  return `${after} ${after === 1 ? 'warning' : 'warnings'}, ${were}`
}

/** Goes before the output of a check that is red for nothing but its warnings. */
export function moreWarnings(text: string, warnings: NonNullable<CheckRecord['warnings']>): string {
  return `More lines with "${text}" than before the change: ${writeWarnings(warnings)}. None may be added.`
}
