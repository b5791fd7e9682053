import { isUnclear, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { findRun, isRefusal, startRun } from './dispatch.ts'
import type { Do } from './effect.ts'

/** Starts the merge job for a commit, if no run of this title is there: what another process started is not started again. */
export async function judge(forge: Forge, effect: Do<'judge'>): Promise<{ run: number | null }> {
  const { sent } = forge.memory.judging
  const { title, head, branch } = effect
  const note = (is: 'sent' | 'unclear' | 'refused', why = '') => sent.set(title, { is, at: forge.now(), why })
  const earlier = await findRun(forge, title)
  if (earlier !== null) {
    note('sent')
    return { run: earlier }
  }
  try {
    const run = await startRun(forge, { title, branch, claim: head })
    note('sent')
    return { run: run?.id ?? null }
  } catch (error) {
    if (isUnclear(error)) note('unclear')
    else if (isRefusal(error)) note('refused', toFault(error).why)
    throw error
  }
}
