import { stripVTControlCharacters } from 'node:util'
import type { Forge } from '../forge.ts'
import { once } from '../read.ts'

const LENGTH = 3_000

/** The end of a failed job's log, for the agent that has to mend it. Null where GitHub gives none; that is no fault. */
export async function readTail(
  forge: Forge,
  run: { id: number; app: { slug?: string } | null },
): Promise<string | null> {
  // Only Actions has jobs; there, a job and its check run share their id.
  if (run.app?.slug !== 'github-actions') return null
  const held = await once(forge, `tail ${run.id}`, async () => ({ tail: await load(forge, run.id) }))
  return held.tail
}

async function load(forge: Forge, job: number): Promise<string | null> {
  try {
    const { data } = await forge.octokit.request('GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', {
      owner: forge.owner,
      repo: forge.repo,
      job_id: job,
    })
    return cleanTail(textOf(data))
  } catch (error) {
    forge.log.debug({ error, job }, 'no log of a failed job')
    return null
  }
}

function textOf(data: unknown): string {
  if (data instanceof ArrayBuffer) return Buffer.from(data).toString('utf8')
  return typeof data === 'string' ? data : ''
}

/** Without time stamps, colours and the runner's own commands. */
export function cleanTail(log: string): string | null {
  const lines = stripVTControlCharacters(log)
    .split(/\r?\n/)
    .map(line => line.replace(/^\uFEFF?\d{4}-\d\d-\d\dT[\d:.]+Z ?/, ''))
    .filter(line => !/^##\[(group|endgroup|command|debug)\]/.test(line))
  const text = lines.join('\n').trim()
  return text === '' ? null : text.slice(-LENGTH)
}
