import { setTimeout as sleep } from 'node:timers/promises'
import type { Kernel } from '../http/kernel.ts'
import type { Answer } from '../http/route.ts'
import { findRepo } from '../repos/find.ts'
import { commitFiles, moveBranch } from '../seed.ts'
import type { RequestAct } from './rules.ts'

/** What the client gets instead: another answer, or nothing but a closed connection. */
export type Verdict = { answer: Answer } | 'silence'
type Met = { id: number; act: RequestAct }[]

/** Does what is to happen before the request is worked on; a verdict means that it is not worked on at all. */
export async function actBefore(kernel: Kernel, met: Met): Promise<Verdict | null> {
  for (const { id, act } of met) {
    if (act.do === 'slow') await sleep(act.ms)
    if (act.do === 'call') await act.run()
    if (act.do === 'moveHead') await moveHead(kernel, act)
    const verdict = await stop(kernel, id, act, 'before')
    if (verdict) return verdict
  }
  return null
}

/** The work is done; this decides whether the client hears of it. */
export async function actAfter(kernel: Kernel, met: Met): Promise<Verdict | null> {
  for (const { id, act } of met) {
    const verdict = await stop(kernel, id, act, 'after')
    if (verdict) return verdict
  }
  return null
}

async function stop(
  kernel: Kernel,
  id: number,
  act: RequestAct,
  when: 'before' | 'after',
): Promise<Verdict | null> {
  if (!('when' in act) || act.when !== when) return null
  if (act.do === 'hold') {
    await kernel.faults.pass(id)
    return null
  }
  if (act.do === 'hang') {
    await sleep(act.closeAfterMs)
    return 'silence'
  }
  const message = act.message ?? (act.status >= 500 ? 'Server Error' : 'Refused on request')
  return { answer: { status: act.status, body: { message }, headers: act.headers ?? {} } }
}

async function moveHead(kernel: Kernel, act: RequestAct & { do: 'moveHead' }): Promise<void> {
  const [owner = '', name = ''] = act.repo.split('/')
  const repo = findRepo(kernel.state, owner, name)
  if (!repo) throw new Error(`moveHead: there is no repository ${act.repo}`)
  if (act.to !== undefined) return moveBranch(kernel.state, repo, act.branch, act.to)
  const files = act.files ?? { 'moved.txt': `${kernel.state.clock.now()}\n` }
  await commitFiles(kernel.state, repo, {
    branch: act.branch,
    files,
    message: act.message ?? 'Somebody was here',
  })
}
