import type { JudgeRight } from '../../core/check.ts'
import { parseEnvelope, sealedText } from '../../core/contract/envelope.ts'
import { type JudgeName, printJudgeTitle } from '../../core/landing/judgement.ts'
import type { Instant } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { isSoon } from './claims.ts'
import { type CommitFact, readCommits } from './commits.ts'
import type { Refs } from './refs.ts'

/** Who was about to start the merge job, and when. */
export async function readJudgeRights(
  forge: Forge,
  refs: Refs['judging'],
): Promise<Omit<JudgeRight, 'open'>[]> {
  const commits = await readCommits(
    forge,
    refs.map(({ sha }) => sha),
  )
  return refs.map(({ name, sha }) => ({ name, sha, ...timesOf(forge, name, commits.get(sha)!) }))
}

/** Sealed, and of no time to come: any other commit that was put there gives nobody time. */
function timesOf(forge: Forge, name: JudgeName, { message, parents, at }: CommitFact): Times {
  const envelope = parseEnvelope(message)
  const since = readSince(envelope?.json ?? '', printJudgeTitle(name))
  if (envelope?.seal == null || since === null || !isSoon(at, forge.now())) return NOBODY
  const isOurs =
    forge.seals.judging.holds(sealedText(parents[0] ?? '', envelope.json), envelope.seal) !== null
  return isOurs ? { at, since } : NOBODY
}

type Times = { at: Instant; since: Instant }
const NOBODY: Times = { at: 0, since: 0 }

export function writeSince(title: string, since: Instant): string {
  return JSON.stringify({ title, since })
}

function readSince(json: string, title: string): Instant | null {
  try {
    const { since, title: of } = JSON.parse(json) as { since?: unknown; title?: unknown }
    return of === title && typeof since === 'number' ? since : null
  } catch {
    return null
  }
}
