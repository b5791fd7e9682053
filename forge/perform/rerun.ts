import { fail } from '../fault.ts'
import type { Forge } from '../forge.ts'
import { read } from '../read.ts'
import type { RunWire } from '../wire.ts'
import { write } from '../write.ts'
import { isRefusal } from './dispatch.ts'
import type { Do } from './effect.ts'

/** Only while it stands at that try: what somebody started again meanwhile is not started once more. */
export async function rerun(forge: Forge, { run, tries }: Do<'rerun'>): Promise<void> {
  const path = '/repos/{owner}/{repo}/actions/runs/{run_id}'
  const { body } = await read<RunWire>(forge, path, { run_id: run })
  if ((body.run_attempt ?? 1) !== tries) return
  if (body.status !== 'completed') fail({ is: 'stale', why: `run ${run} is still at work` })
  try {
    await write(forge, `POST ${path}/rerun-failed-jobs`, { run_id: run })
  } catch (error) {
    // Too old, or its workflow file is broken: that does not change by itself.
    if (isRefusal(error)) forge.memory.unrepeatable.set(String(run), true)
    throw error
  }
}
