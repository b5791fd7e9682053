import { parseReceipt } from '../../core/contract/receipt.ts'
import { DELIVER_JOB, RECEIPT_TITLE } from '../../core/names.ts'
import type { Receipt, Sha } from '../../core/world.ts'
import type { Forge } from '../forge.ts'
import { readList, readPages } from '../read.ts'
import type { AnnotationWire, JobWire, RunWire } from '../wire.ts'
import { COMMIT, type CommitAsked, isKnown, rememberAsked } from './commits.ts'

/**
 * What the deliver job of a run that has ended vouched for. Null when it did not end well, or vouched for nothing. Which check run is
 * the job's, only the list of jobs tells: in the check suite anybody with a token may have put one of the same name. `unsure`: the jobs
 * that are shown are not yet those of a run that has ended, or a deliver job that ended well shows no notice.
 * @param report its commit, where a ref names one: read along.
 */
export async function readReceipt(
  forge: Forge,
  run: RunWire,
  report: Sha | null,
): Promise<Receipt | 'unsure' | null> {
  const path = '/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/1/jobs'
  const jobs = await readPages(
    forge,
    path,
    { run_id: run.id },
    { items: (body: { jobs: JobWire[] }) => body.jobs },
  )
  const deliver = jobs.filter(isDeliver)
  const vouching = deliver.filter(job => job.conclusion === 'success')
  for (const job of vouching) {
    const check = Number(/\/check-runs\/(\d+)$/.exec(job.check_run_url)?.[1] ?? job.id)
    const of = { name: job.name, check, suite: run.check_suite_node_id }
    for (const { title, message } of await readNotes(forge, of, report)) {
      const receipt = title === RECEIPT_TITLE ? parseReceipt(message ?? '') : null
      if (receipt !== null) return receipt
    }
  }
  const isMissing = deliver.length === 0 && HAS_DELIVER.includes(run.conclusion)
  return isMissing || vouching.length > 0 || jobs.some(job => job.status !== 'completed') ? 'unsure' : null
}

/** Conclusions of runs in which it has had its turn: it comes after the others, however they ended. */
const HAS_DELIVER: readonly RunWire['conclusion'][] = ['success', 'failure']

/** A job of a called workflow is named `<caller's job> / <job>`. */
function isDeliver(job: JobWire): boolean {
  return job.name === DELIVER_JOB || job.name.endsWith(` / ${DELIVER_JOB}`)
}

type Note = Pick<AnnotationWire, 'title' | 'message'>
type Of = { name: string; check: number; suite: string | undefined }

async function readNotes(forge: Forge, of: Of, report: Sha | null): Promise<Note[]> {
  const together =
    of.suite === undefined || report === null || isKnown(forge, report)
      ? null
      : await readTogether(forge, { ...of, suite: of.suite, report })
  if (together !== null) return together
  const path = '/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations'
  return readList<AnnotationWire>(forge, path, { check_run_id: of.check })
}

type Wire = {
  repository: { report: CommitAsked } | null
  suite: { checkRuns?: { nodes: { databaseId: number; annotations: { nodes: Note[] } | null }[] } } | null
}

/** Annotations and report in one query: both will be needed. Null where it does not show that very check run. */
async function readTogether(
  forge: Forge,
  { suite, name, check, report }: Of & { suite: string; report: Sha },
): Promise<Note[] | null> {
  const query = `query($owner: String!, $repo: String!, $suite: ID!, $name: String!) {
    repository(owner: $owner, name: $repo) { report: object(oid: "${report}") { ... on Commit { ${COMMIT} } } }
    suite: node(id: $suite) { ... on CheckSuite {
      checkRuns(first: 50, filterBy: { checkType: ALL, checkName: $name }) {
        nodes { databaseId annotations(first: 50) { nodes { title message } } }
      }
    } }
  }`
  const { owner, repo } = forge
  const answer = await forge.octokit.graphql<Wire>(query, { owner, repo, suite, name })
  rememberAsked(forge, report, answer.repository?.report ?? null)
  const one = answer.suite?.checkRuns?.nodes.find(node => node.databaseId === check)
  return one?.annotations?.nodes ?? null
}
