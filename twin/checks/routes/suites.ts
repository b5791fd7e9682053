import { readCommit } from '../../gitdata/commit.ts'
import { pageSlice } from '../../http/page.ts'
import { created, notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { repoJson } from '../../repos/json.ts'
import type { CheckSuite } from '../state.ts'
import { latestRuns, suiteJson, tellSuite } from '../suite.ts'
import { chosenRuns, commitOf, wrapRuns } from './runs.ts'

const REPO = '/repos/{owner}/{repo}'
const ONE = `${REPO}/check-suites/{check_suite_id}`
const READ = [{ checks: 'read' as const }]

/** In REST a suite also shows its repository and its commit. */
async function fullJson(call: RepoCall, suite: CheckSuite): Promise<Record<string, unknown>> {
  const { state, repo } = call
  const commit = await readCommit(repo, suite.head_sha)
  const head_commit = commit && {
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message.trimEnd(),
    timestamp: commit.author.date,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  }
  return { ...suiteJson(state, repo, suite), repository: repoJson(state, repo), head_commit }
}

function suiteAt(call: RepoCall): CheckSuite {
  const suite = call.repo.checkSuites.get(Number(call.params.check_suite_id))
  if (!suite) throw notFound()
  return suite
}

async function listForRef(call: RepoCall) {
  const { repo, query } = call
  const sha = await commitOf(repo, call.params.ref ?? '')
  const app = query.get('app_id')
  const name = query.get('check_name')
  const suites = [...repo.checkSuites.values()].filter(
    suite =>
      suite.head_sha === sha &&
      (app === null || suite.appId === Number(app)) &&
      (name === null || latestRuns(repo, suite.id).some(run => run.name === name)),
  )
  const slice = pageSlice(call, suites)
  const check_suites = await Promise.all(slice.items.map(suite => fullJson(call, suite)))
  return { status: 200, body: { total_count: suites.length, check_suites }, headers: slice.headers }
}

function rerequest(call: RepoCall) {
  tellSuite(call.state, call.repo, { suite: suiteAt(call), action: 'rerequested' }, call.actor)
  return created({})
}

export const suiteRoutes: Route[] = [
  { method: 'GET', path: `${REPO}/commits/{ref}/check-suites`, needs: READ, handle: listForRef },
  {
    method: 'GET',
    path: ONE,
    needs: READ,
    handle: async call => ok(await fullJson(call, suiteAt(call))),
  },
  {
    method: 'GET',
    path: `${ONE}/check-runs`,
    needs: READ,
    handle: call => wrapRuns(call, chosenRuns(call.repo, [suiteAt(call).id], call.query)),
  },
  { method: 'POST', path: `${ONE}/rerequest`, needs: [{ checks: 'write' }], handle: rerequest },
]
