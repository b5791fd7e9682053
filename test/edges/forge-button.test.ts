import { afterEach, expect, test } from 'vitest'
import type { Effect } from '../../core/effect.ts'
import { GATE_CHECK } from '../../core/names.ts'
import { perform } from '../../forge/perform.ts'
import { gitText } from '../../twin/git.ts'
import { commitFiles } from '../../twin/seed.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage
afterEach(() => stage.twin.close())

const ADMINS = { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' } as const

/** Somebody's pull request where the gate is required, and administrators may push past the rules. */
async function propose(strict: boolean): Promise<Extract<Effect, { do: 'land' }>> {
  const { at, forge, repo, twin } = stage
  const { rest } = stage.as('ada')
  await rest.repos.createRepoRuleset({
    ...at,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    bypass_actors: [ADMINS],
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      {
        type: 'required_status_checks',
        parameters: {
          strict_required_status_checks_policy: strict,
          required_status_checks: [{ context: GATE_CHECK, integration_id: forge.app.id }],
        },
      },
    ],
  })
  const change = { branch: 'one', files: { 'one.txt': '1\n' }, message: 'one' }
  const head = await commitFiles(twin.state, repo, change)
  const { data } = await rest.pulls.create({ ...at, head: 'one', base: 'main', title: 'one' })
  await twin.quiet(20_000)
  const base = await gitText(repo, ['rev-parse', 'main'])
  const how = { verify: false, exact: false, check: null, method: 'squash' } as const
  const words = { title: 'feat: one', message: 'm', summary: 's' }
  return { do: 'land', task: null, pull: data.number, head, base, into: 'main', ...how, ...words }
}

const pushToMain = () =>
  commitFiles(stage.twin.state, stage.repo, {
    branch: 'main',
    files: { 'hers.txt': 'hers\n' },
    message: 'hers',
  })

const subjects = async () => (await gitText(stage.repo, ['log', '--format=%s', 'main'])).split('\n')
/** What the newest gate says, which is the one that counts. */
const gate = () => [...stage.repo.checkRuns.values()].findLast(one => one.name === GATE_CHECK)?.conclusion

test.each([
  ['R2: where up-to-date branches are asked for nothing lands, and the green is taken back', true],
  ['R2: where they are not it lands on what came', false],
])('somebody pushes to main between the green gate and the merge: %s', async (_, strict) => {
  stage = await setForgeStage()
  const land = await propose(strict)
  stage.twin.faults.add({
    kind: 'request',
    match: { method: 'PUT', route: '/merge' },
    act: { do: 'call', run: pushToMain },
  })
  const came = await perform(stage.forge, land)
  await stage.twin.quiet(20_000)
  expect(came.ok).toBe(!strict)
  expect(await subjects()).toEqual([...(strict ? [] : ['feat: one']), 'hers', 'Initial commit'])
  expect(gate()).toBe(strict ? null : 'success')
})

test('R2: a person presses the green button while main moves: refused where up-to-date branches are asked for', async () => {
  stage = await setForgeStage()
  const { pull, head, check } = await propose(true)
  const text = { conclusion: 'success', title: 't', summary: 's', key: 'k' } as const
  await perform(stage.forge, { do: 'gate', task: null, pull, head, check, ...text })
  await pushToMain()
  const pressed = stage.as('bob').rest.pulls.merge({ ...stage.at, pull_number: pull })
  await expect(pressed).rejects.toMatchObject({ status: 405 })
  expect(await subjects()).toEqual(['hers', 'Initial commit'])
})
