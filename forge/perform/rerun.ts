import { fail } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { readFresh } from '../read.ts'
import type { RunWire } from '../wire.ts'
import { write } from '../write.ts'
import { isRefusal } from './dispatch.ts'
import type { Do } from './effect.ts'

/** Only while it stands at that try: what somebody started again meanwhile is not started once more. */
export async function rerun(forge: Forge, { run, tries }: Do<'rerun'>): Promise<void> {
  const before = await readRun(forge, run)
  if ((before.run_attempt ?? 1) !== tries) return
  if (before.status !== 'completed') fail({ is: 'stale', why: `run ${run} is still at work` })
  try {
    await write(forge, 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs', { run_id: run })
  } catch (error) {
    if (!isRefusal(error)) throw error
    const now = await readRun(forge, run)
    // Of two who ask in the same moment one is refused, as it is at work already.
    if ((now.run_attempt ?? 1) !== tries || now.status !== 'completed')
      fail({ is: 'stale', why: `run ${run} was started again by somebody else` })
    // Too old, or its workflow file is broken: that does not change by itself.
    forge.memory.unrepeatable.set(String(run), true)
    throw error
  }
}

function readRun(forge: Forge, run: number): Promise<RunWire> {
  return readFresh<RunWire>(forge, '/repos/{owner}/{repo}/actions/runs/{run_id}', { run_id: run })
}
