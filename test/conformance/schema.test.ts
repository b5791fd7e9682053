import { afterAll, beforeAll, expect, test } from 'vitest'
import { allRoutes } from '../../twin/areas.ts'
import type { Witnessed } from '../../twin/http/witness.ts'
import { operationKey, operationOf } from './openapi.ts'
import { tourAccounts, tourEnd } from './tour/accounts.ts'
import { tourActions } from './tour/actions.ts'
import { tourChecks } from './tour/checks.ts'
import { tourGit } from './tour/git.ts'
import { type Guide, openGuide } from './tour/guide.ts'
import { tourIssues } from './tour/issues.ts'
import { tourPulls } from './tour/pulls.ts'
import { checkExchange } from './validate.ts'

/** Routes of the twin that GitHub's description does not know by themselves, each with its reason. */
const UNDESCRIBED: Record<string, string> = {
  'GET /repos/{owner}/{repo}/git/matching-refs': 'the described one with an empty ref',
  'GET /repos/{owner}/{repo}/contents': 'the described one with an empty path',
  'GET /repos/{owner}/{repo}/tarball': 'the described one with an empty ref',
  'GET /repos/{owner}/{repo}/zipball': 'the described one with an empty ref',
}

/** Routes that the tour cannot bring to a success, each with its reason. */
const NOT_TOURED: Record<string, string> = {
  'GET /repos/{owner}/{repo}/actions/secrets/public-key': 'the twin opens no sealed boxes: 501',
  'PUT /repos/{owner}/{repo}/actions/secrets/{secret_name}': 'the twin opens no sealed boxes: 501',
  'GET /repos/{owner}/{repo}/environments/{environment_name}': 'the twin has no environments: 404',
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/approve':
    'needs a run by a job’s own pull request; see triggers.test.ts',
}

let guide: Guide
const seen: Witnessed[] = []

beforeAll(async () => {
  guide = await openGuide()
  guide.twin.onExchange = exchange => seen.push(exchange)
})
afterAll(() => guide.close())

test('every route of the twin is an operation of GitHub’s', () => {
  const unknown = allRoutes
    .map(({ method, path }) => `${method} ${path}`)
    .filter(route => {
      const [method = '', path = ''] = route.split(' ')
      return !operationOf(operationKey(method, path))
    })
  expect(unknown.sort()).toEqual(Object.keys(UNDESCRIBED).sort())
})

test.each([
  ['accounts and apps', tourAccounts],
  ['issues', tourIssues],
  ['pull requests', tourPulls],
  ['checks and rules', tourChecks],
  ['git data', tourGit],
  ['Actions', tourActions],
  ['the end of an installation', tourEnd],
] as const)('what is asked and answered follows the description: %s', async (_name, tour) => {
  const from = seen.length
  await tour(guide)
  await guide.twin.quiet()
  expect([...new Set(seen.slice(from).flatMap(checkExchange))]).toEqual([])
})

test('the tour has been everywhere', () => {
  const visited = new Set(seen.filter(one => one.status < 400).map(one => `${one.method} ${one.route}`))
  const missed = allRoutes.map(({ method, path }) => `${method} ${path}`).filter(route => !visited.has(route))
  expect(missed.sort()).toEqual(Object.keys(NOT_TOURED).sort())
})
