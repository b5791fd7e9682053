import { pageSlice } from '../../http/page.ts'
import { created, notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import type { CheckSuite } from '../state.ts'
import { latestRuns, suiteJson, tellSuite } from '../suite.ts'
import { chosenRuns, commitOf, wrapRuns } from './runs.ts'

const REPO = '/repos/{owner}/{repo}'
const ONE = `${REPO}/check-suites/{check_suite_id}`
const READ = [{ checks: 'read' as const }]

function suiteAt(call: RepoCall): CheckSuite {
  const suite = call.repo.checkSuites.get(Number(call.params.check_suite_id))
  if (!suite) throw notFound()
  return suite
}

async function listForRef(call: RepoCall) {
  const { state, repo, query } = call
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
  const check_suites = slice.items.map(suite => suiteJson(state, repo, suite))
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
    handle: call => ok(suiteJson(call.state, call.repo, suiteAt(call))),
  },
  {
    method: 'GET',
    path: `${ONE}/check-runs`,
    needs: READ,
    handle: call => wrapRuns(call, chosenRuns(call.repo, [suiteAt(call).id], call.query)),
  },
  { method: 'POST', path: `${ONE}/rerequest`, needs: [{ checks: 'write' }], handle: rerequest },
]
