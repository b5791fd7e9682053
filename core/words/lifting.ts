import type { Lifting } from '../people/lifting.ts'
import { quoteWords } from '../text/quote.ts'

/** In one line. @param above what holds the issue from above; null where nothing does. */
export function writeLifting({ of, was, still }: Lifting, above: string | null): string {
  const why = still ?? (of === 'issue' ? above : null)
  const first = was
    ? 'That is lifted.'
    : `${NOTHING[of]}, so there was nothing to lift${why === null ? ELSEWHERE[of] : ''}.`
  return why === null ? first : `${first} ${HELD[of]} held all the same: ${quoteWords(why)}.`
}

const NOTHING: Readonly<Record<Lifting['of'], string>> = {
  landings: 'Nobody had frozen landings in this repository',
  repository: 'Nobody had paused or stopped this repository',
  issue: 'Nobody had paused or stopped this issue',
}

const ELSEWHERE: Readonly<Record<Lifting['of'], string>> = {
  landings: '; what keeps a pull request from landing stands in its check `chorus/gate`',
  repository: '; what was said on one issue or parent is lifted there, by `/chorus resume`',
  issue: '; what it waits for stands in this comment',
}

const HELD: Readonly<Record<Lifting['of'], string>> = {
  landings: 'Landings are',
  repository: 'It is',
  issue: 'It is',
}

/** A time of the week, which no word lifts. */
export function explainTimes(why: string): string {
  return `${why} in \`.github/chorus.yml\`; a change of that on the default branch lets them go on`
}
