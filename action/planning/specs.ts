import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BACKLOG_FILE, SPECS } from '../../core/names.ts'
import { DOCUMENTS } from '../../core/planning/document.ts'
import type { AttemptPlan } from '../attempt.ts'
import { openGit } from '../git.ts'
import { writeBlob } from '../shelf.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Papers } from './papers.ts'

/** The tree that the attempt started from, with the feature's folder as it is now planned; or with the documents alone. */
export async function writeSpecs(
  { store, start, ticket, isolation }: AttemptPlan,
  papers: Papers,
  made: { plan: string; backlog: string } | null,
): Promise<Snapshot> {
  const notes = join(isolation.dir, 'specs')
  await mkdir(notes, { recursive: true, mode: 0o700 })
  const git = openGit({ gitDir: store.git.dir, indexFile: join(notes, 'index'), host: store.host })
  await git.run(['read-tree', start])
  const files = new Map([...papers.documents].map(([role, text]) => [DOCUMENTS[role].file, text]))
  if (made !== null) files.set(DOCUMENTS.synthesis.file, made.plan).set(BACKLOG_FILE, made.backlog)
  const { feature, previous } = ticket.planning ?? {}
  // The same plan under a new name: the issue was given another title.
  const gone = previous?.made != null && previous.feature !== feature ? [...files.keys()] : []
  for (const file of gone) {
    await git.run(['update-index', '--force-remove', '--', `${SPECS}${previous?.feature}/${file}`])
  }
  for (const [file, text] of files) {
    const path = `${SPECS}${feature}/${file}`
    await git.run(['update-index', '--add', '--cacheinfo', `100644,${await writeBlob(git, text)},${path}`])
  }
  const tree = await git.text(['write-tree'])
  const before = await git.text(['rev-parse', `${start}^{tree}`])
  return tree === before ? { is: 'unchanged' } : { is: 'changed', git, tree }
}
