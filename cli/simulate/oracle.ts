import { isUnderWay } from './runners.ts'
import { begin, freeRunners, leave, type State } from './state.ts'

/**
 * It knows who is red, so nobody is in the way of anybody: for each that waits one run judges all that wait, as far as there
 * are runners, and the first green one lands them. Where their own CI counts that has said it already.
 */
export function settleOracle(state: State): void {
  const green = new Set(state.runs.filter(run => run.state === 'passed').flatMap(run => run.members))
  for (const { arrival, item } of state.waiting) {
    if (!green.has(item.key)) continue
    leave(state, arrival, { is: 'landed' })
    state.landed.push({ arrival, at: state.now })
  }
  const waiting = state.waiting.map(({ item }) => item)
  state.runs = state.runs.filter(
    run => isUnderWay(run) && waiting.some(({ key }) => run.members.includes(key)),
  )
  const most = Math.min(waiting.length, freeRunners(state))
  while (state.runs.length < most) begin(state, waiting)
}
