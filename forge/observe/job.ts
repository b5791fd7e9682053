import type { CheckFacts } from '../../core/check.ts'
import type { Forge } from '../forge.ts'
import { once, read } from '../read.ts'
import type { JobWire } from '../wire.ts'

/** Which run of Actions a check is a job of, and which try of it: another try is another job. Null where it is none, or may not be tried again. */
export async function readJob(
  forge: Forge,
  { id, app }: { id: number; app: { slug?: string } | null },
): Promise<CheckFacts['job']> {
  // There a job and its check run share their id.
  if (app?.slug !== 'github-actions') return null
  const job = await once(forge, `job ${id}`, async () => {
    const path = '/repos/{owner}/{repo}/actions/jobs/{job_id}'
    const { body } = await read<JobWire>(forge, path, { job_id: id })
    return { run: body.run_id, tries: body.run_attempt ?? 1 }
  })
  return forge.memory.unrepeatable.get(String(job.run)) === undefined ? job : null
}
