import { parseJudgeTitle } from '../../../core/landing/judgement.ts'
import { parseRunTitle, TRAIN_BRANCHES } from '../../../core/names.ts'
import type { Run } from '../../../twin/actions/state.ts'
import type { RequestRecord } from '../../../twin/http/log.ts'
import type { Place } from '../interleavings/place.ts'
import { openPulls } from './ci.ts'
import { check, type Given } from './given.ts'

/** What may be used up: requests, places, time. */
export type Bounds = {
  look(controllers: number, landings: number): void
  /** From here on people take back what they hold up, and mend what only they can: what waited for that counts from now. */
  calm(): void
}

/**
 * Requests of ours that may change something; more than so many come from going round in circles. A train takes a branch, a merge for
 * each member, a pull request, a judgement, and in lanes a gate.
 */
const MOST = { perTask: 40, perTrain: 12, perLook: 0.25 }

/** Trains that are judged at once, of one controller; others may have begun theirs in the same moment. */
const TRAINS = 4

/** Runs of ours at once, those of the merge job and those that are being cancelled as well. */
export const PARALLEL = 4

/** Within so long something lands, begins, ends or is judged; people who are asked for come sooner. Milliseconds. */
const PATIENCE = 15 * 60_000

export function openBounds({ place, ci, issues }: Pick<Given, 'place' | 'ci' | 'issues'>): Bounds {
  const writes = openCount(place)
  const { repo, time } = place
  let looks = 0
  let [progress, since] = ['', time.now()]
  return {
    calm: () => {
      since = time.now()
    },
    look(controllers, landings) {
      looks += 1
      const made = [...repo.pulls.values()].filter(({ head }) => head.ref.startsWith(TRAIN_BRANCHES)).length
      const most = MOST.perTask * issues.length + MOST.perTrain * made + MOST.perLook * looks
      check(writes() <= most, 'I9', `${writes()} writes of ${issues.length} tasks and ${made} trains`)
      const heads = openPulls(place).map(pull => pull.head)
      const trains = heads.filter(({ ref, sha }) => ref.startsWith(TRAIN_BRANCHES) && !ci.judged.has(sha))
      check(trains.length <= TRAINS * controllers, 'I6', `${trains.length} trains at once`)
      const runs = [...repo.actions.runs.values()]
      const under = runs.filter(run => run.status !== 'completed' && isOwn(run))
      check(under.length <= PARALLEL, 'I6', `${under.length} runs at once`)
      const seen = `${landings} ${ci.judged.size} ${runs.length} ${under.length} ${repo.pulls.size}`
      if (seen !== progress) [progress, since] = [seen, time.now()]
      const minutes = Math.round((time.now() - since) / 60_000)
      check(time.now() - since <= PATIENCE, 'I10', `nothing has come any further for ${minutes} minutes`)
    },
  }
}

function isOwn({ display_title: title }: Run): boolean {
  return parseRunTitle(title) !== null || parseJudgeTitle(title) !== null
}

/** How many requests of ours may have changed something, since it was opened. */
export function openCount({ twin }: Place): () => number {
  let [seen, count] = [twin.requests.length, 0]
  return () => {
    for (; seen < twin.requests.length; seen++) if (isWrite(twin.requests[seen]!)) count += 1
    return count
  }
}

/** What GraphQL is asked for begins with one of these; anything else at its top is a mutation. */
const READS = /^(?:repository|node|nodes|viewer|search|rateLimit)\b/

function isWrite({ actor, method, route, operation }: RequestRecord): boolean {
  const isRead = method === 'GET' || (route === '/graphql' && READS.test(operation ?? ''))
  return actor.startsWith('installation') && !isRead
}
