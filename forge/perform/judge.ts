import { printEnvelope, sealedText } from '../../core/contract/envelope.ts'
import { isUnclear, toFault } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { readCommit } from '../observe/commits.ts'
import { writeSince } from '../observe/judgerights.ts'
import { findRun, isRefusal, refuseLate, startRun } from './dispatch.ts'
import type { Do } from './effect.ts'
import { giveBack, type Right, takeOver } from './takeover.ts'

/** Starts the merge job for a commit, if no run of this title is there: what another process started is not started again. */
export async function judge(forge: Forge, effect: Do<'judge'>): Promise<{ run: number | null }> {
  const { sent } = forge.memory.judging
  const { title, head, branch, takeover } = effect
  const note = (is: 'sent' | 'unclear' | 'refused', why = '') => sent.set(title, { is, at: forge.now(), why })
  const right = await takeJudgement(forge, effect)
  const earlier = await findRun(forge, title)
  if (earlier !== null) {
    note('sent')
    return { run: earlier }
  }
  try {
    const run = await startRun(forge, { title, branch, claim: head }, () => refuseLate(forge, effect, right))
    note('sent')
    return { run: run?.id ?? null }
  } catch (error) {
    if (isUnclear(error)) note('unclear')
    else if (isRefusal(error)) {
      note('refused', toFault(error).why)
      await giveBack(forge, takeover, right)
    }
    throw error
  }
}

/** On the default branch's files: who may not change workflows may make no ref to a commit that does. */
async function takeJudgement(forge: Forge, { title, base, takeover, admitted }: Do<'judge'>): Promise<Right> {
  const since = takeover.since ?? forge.now()
  const json = writeSince(title, since)
  const message = printEnvelope({
    subject: 'chorus: start the merge job',
    json,
    seal: forge.seals.judging.seal(sealedText(base, json)),
  })
  const { tree } = await readCommit(forge, base)
  const what = `the right to start "${title}"`
  return takeOver(forge, { ...takeover, message, tree, parents: [base], since, admitted, what })
}
