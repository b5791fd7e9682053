import { exportBeads, type IssueNow } from '../core/interchange/exported.ts'
import { formatOf } from '../core/interchange/read.ts'
import { featureOf, writeSpecKit } from '../core/interchange/speckit.ts'
import { tagOf, writeTaskMaster } from '../core/interchange/taskmaster.ts'
import type { Forge } from '../forge/forge.ts'
import { readFileAtHead } from '../forge/observe/file.ts'
import { readTracker } from '../forge/observe/tracker.ts'
import { connect } from './connect.ts'
import { readText } from './file.ts'
import { sha256 } from './import.ts'
import { type Outcome, UsageError } from './outcome.ts'
import { writeNamed } from './written.ts'

export type ExportOptions = { repo?: string; base?: string; out?: string; tag?: string }

const BEADS_PATH = '.beads/issues.jsonl'

/** The issues as they are now, in the form of the base. */
export async function exportFile({ repo, base, out, tag }: ExportOptions): Promise<Outcome> {
  if (repo === undefined) throw new UsageError('--repo OWNER/NAME is missing', 'export')
  const given = base === undefined ? null : readText(base, 'export')
  const { forge } = await connect(repo)
  const path = base ?? BEADS_PATH
  const text = given ?? (await readFileAtHead(forge, path)) ?? ''
  const issues = await readTracker(forge)
  const { written, ...json } = write({ path, text, tag: tag ?? null }, issues, forge)
  if (out === undefined)
    return { code: 0, text: written.replace(/\n$/, ''), json: { ...json, text: written } }
  writeNamed(out, written, { option: '--out', command: 'export' })
  return { code: 0, text: `${out}: ${describe(json)}`, json }
}

type Base = { path: string; text: string; tag: string | null }
type Written = { written: string; changed?: readonly string[]; added?: readonly string[] }

function write({ path, text, tag }: Base, issues: readonly IssueNow[], forge: Forge): Written {
  switch (formatOf(path)) {
    case 'beads': {
      const wanted = issues.filter(issue => issue.open || issue.imported !== null)
      const repository = `${forge.owner}/${forge.repo}`
      const { text: written, ...rest } = exportBeads({
        base: text,
        repository,
        issues: wanted,
        digest: sha256,
      })
      return { written, ...rest }
    }
    case 'taskmaster':
      return { written: writeTaskMaster(text, tag, statesOf(`taskmaster:${tagOf(text, tag)}`, issues)) }
    case 'speckit':
      return { written: writeSpecKit(text, statesOf(`speckit:${featureOf(path)}`, issues)) }
    case null:
      throw new UsageError(`--base ${path} is none of .jsonl, .json and .md`, 'export')
  }
}

/** Closed or not, by key. */
function statesOf(source: string, issues: readonly IssueNow[]): ReadonlyMap<string, boolean> {
  return new Map(
    issues.flatMap(({ imported, open }) => (imported?.source === source ? [[imported.key, !open]] : [])),
  )
}

function describe({ changed, added }: Omit<Written, 'written'>): string {
  if (changed === undefined || added === undefined) return 'written'
  return `${changed.length} records changed, ${added.length} added`
}
