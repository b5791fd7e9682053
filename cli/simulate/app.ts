import type { Item, Run } from '../../core/merge/snapshot.ts'
import type { Live } from './runners.ts'
import { ownMinutes, takeMinutes } from './runtime.ts'
import { begin, leave, type Queued, rename, type State } from './state.ts'
import { isGuilty } from './truth.ts'
import type { Arrival } from './world.ts'

/** In lanes, as the app lands: what a pull request's own CI said counts, and by that it is judged again when it is alone. */
export function isByApp({ model, policy, history }: State): boolean {
  return model.ownCi && policy.shape === 'lanes' && history.tip !== null
}

/** Its own CI has just ended, on what had landed when it began: of a burst, before all that is landed here. The same under every policy. */
export function bringOwn(state: State, { number }: Arrival): void {
  const length = ownMinutes(state.model, number)
  const began = state.now - length
  const after = state.model.burst === null ? state.landed.filter(({ at }) => at <= began).length : 0
  state.made.set(number, after)
  const own = { members: [String(number)], after, state: 'passed' as const }
  state.runs.push({ id: `own ${number}`, ...own, length, end: state.now })
}

/** What was green, and is red by itself once it is up to date: its CI is asked a second time, then it goes back. */
export function askAgain(state: State, run: Live, arrival: Arrival): void {
  const queued = state.waiting.find(one => one.item.key === run.members[0])
  if (queued === undefined) return
  if (run.id.endsWith('again')) {
    leave(state, arrival, { is: 'returned', guilty: isGuilty(state, arrival, []) })
    return
  }
  queued.item = { ...queued.item, failures: 1 }
  state.history.runs += 1
  Object.assign(run, {
    id: `${run.id} again`,
    state: 'running',
    length: takeMinutes(state.model, state.random),
    end: null,
  })
}

/** In the app none of a combination lands before the CI of its members' own has ended. */
export function listRuns(state: State): Run[] {
  if (!isByApp(state)) return state.runs
  return state.runs.map(run => {
    const isEarly = run.state === 'passed' && run.members.some(key => isJudgedAlone(state, key))
    return isEarly && run.members.length > 1 ? { ...run, state: 'running' } : run
  })
}

function isJudgedAlone({ runs }: State, key: string): boolean {
  return runs.some(run => run.state === 'running' && run.members.length === 1 && run.members[0] === key)
}

/** Brought up to date it is another commit, and its own CI begins at once. */
export function update(state: State, queued: Queued): void {
  const { key } = queued.item
  const wasRed = state.runs.some(run => run.state === 'failed' && run.members.includes(key))
  rename(state, queued, wasRed ? { failures: 1 } : {})
  begin(state, [queued.item])
}

/** Who is alone is brought up to date, unless his own CI is still at work; a combination of what is about to change waits. */
export function startByApp(state: State, wanted: readonly (readonly Item[])[]): void {
  for (const [item, ...more] of wanted) {
    const queued = state.waiting.find(one => one.item.key === item?.key)
    if (queued !== undefined && more.length === 0 && !isJudgedAlone(state, queued.item.key))
      update(state, queued)
  }
  const keys = new Set(state.waiting.map(one => one.item.key))
  for (const members of wanted)
    if (members.length > 1 && members.every(({ key }) => keys.has(key))) begin(state, members)
}
