import { afterEach, expect, test } from 'vitest'
import { emptyControls } from '../../core/ledger.ts'
import { LEARNINGS_FILE, printOfferBranch } from '../../core/lessons/offer.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { FILES, type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage

afterEach(() => stage.twin.close())

const THROUGH = 1_700_000_000_000
const BRANCH = printOfferBranch(THROUGH)

test('what was offered is found again by whichever controller, and is over for good once people closed it', async () => {
  stage = await setForgeStage({ files: { ...FILES, [LEARNINGS_FILE]: '- Known.\n' } })
  const { forge, at, repo } = stage
  expect((await observe(forge)).offer).toEqual({ is: 'none' })
  const controls = { ...emptyControls, offered: { after: 0, through: THROUGH } }
  const empty = { records: new Map(), events: [], usage: [], learnings: [] }
  expect(await perform(forge, { do: 'record', head: null, controls, ...empty })).toMatchObject({ ok: true })

  const world = await observe(forge)
  expect(world.offer).toEqual({ is: 'missing', text: '- Known.\n' })
  const place = { task: null, branch: BRANCH, base: world.repo.head, into: world.repo.defaultBranch }
  const text = { path: LEARNINGS_FILE, text: '- Known.\n- New.\n', title: 'docs: learned', body: 'Words' }
  const made = await perform(forge, { do: 'propose', ...place, ...text })
  expect(await perform(stage.another(), { do: 'propose', ...place, ...text })).toEqual(made)
  const pulls = [...repo.pulls.values()].filter(pull => pull.head.ref === BRANCH)
  expect(pulls).toHaveLength(1)
  expect((await observe(stage.another())).offer).toEqual({ is: 'open' })
  // People merge it, with the gate that is required.
  expect((await observe(forge)).strangers).toMatchObject([{ number: pulls[0]!.number, proposal: true }])

  const { rest } = stage.as('ada')
  await rest.pulls.update({ ...at, pull_number: pulls[0]!.number, state: 'closed' })
  await rest.git.deleteRef({ ...at, ref: `heads/${BRANCH}` })
  for (const one of [forge, stage.another()]) expect((await observe(one)).offer).toEqual({ is: 'over' })
  // It is not asked for any more.
  const asked = stage.twin.requests.length
  await observe(forge)
  expect(stage.twin.requests.slice(asked).filter(({ path }) => path.includes('learnings'))).toEqual([])
})
