import { afterEach, expect, test } from 'vitest'
import type { Takeover } from '../../core/attempt/dispatching.ts'
import { printTaskId } from '../../core/names.ts'
import type { Forge } from '../../forge/forge.ts'
import { observe } from '../../forge/observe.ts'
import { perform } from '../../forge/perform.ts'
import { makeDispatch, makeTicket } from '../make.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage

afterEach(() => stage.twin.close())

/** A claim whose maker is never heard of again. */
async function openClaim(): Promise<{ task: string; claim: string; base: string }> {
  stage = await setForgeStage()
  const wish = { title: 'Say more', body: 'Please.', labels: ['agent:codex'] }
  const issue = (await stage.as('ada').rest.issues.create({ ...stage.at, ...wish })).data.number
  const task = printTaskId(issue)
  const maker = stage.another()
  const base = (await observe(maker)).repo.head
  const ticket = makeTicket({ task, issue, attempt: 1, base })
  const made = await perform(maker, { do: 'claim', task, attempt: 1, ticket })
  return { task, base, claim: made.ok ? (made.note as { claim: string }).claim : '' }
}

async function seenBy(forge: Forge): Promise<Takeover | null> {
  return (await observe(forge)).tasks[0]!.claims[0]!.takeover
}

/** A controller for which no time passes: its right to dispatch does not end because this machine is slow. */
function another(): Forge {
  const forge = stage.another()
  const now = forge.now()
  forge.now = () => now
  return forge
}

const runs = () => stage.repo.actions.runs.size

test('of two who see in the same moment that nobody dispatched, one does; the other sees who, and since when', async () => {
  const { task, claim } = await openClaim()
  const effect = makeDispatch({ task, claim, own: null })
  const crew = [another(), another()]
  expect(await Promise.all(crew.map(seenBy))).toEqual([null, null])
  const began = Date.now()
  const came = await Promise.all(crew.map(forge => perform(forge, effect)))
  expect(came.map(one => (one.ok ? 'done' : one.fault.is)).toSorted()).toEqual(['done', 'stale'])
  expect(runs()).toBe(1)
  const over = await seenBy(crew[came.findIndex(one => !one.ok)]!)
  expect(over!.at).toBeGreaterThan(began - 2_000)

  // Whoever goes on from what stood there before comes too late, however often; who knows where it stands may.
  expect(await perform(crew[0]!, effect)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  await stage.twin.quiet(30_000)
  const next = { ...effect, takeover: { ...effect.takeover, before: over!.sha } }
  await expect.poll(async () => (await perform(another(), next)).ok).toBe(true)
  expect(runs()).toBe(1)
})

test('a dispatch that waited for its turn until somebody else may take the claim over is not sent', async () => {
  const { task, claim } = await openClaim()
  for (const own of [Date.now() + 5_000, null]) {
    const forge = stage.another()
    forge.octokit.hook.wrap('request', (request, options) => {
      if (options.url.endsWith('/dispatches')) forge.now = () => Date.now() + 6_000
      return request(options)
    })
    const late = await perform(forge, makeDispatch({ task, claim, own }))
    expect(late).toMatchObject({ ok: false, fault: { is: 'stale' } })
    expect(forge.memory.dispatches.get(claim)).toBeUndefined()
  }
  expect(runs()).toBe(0)
})

test('a commit that a person pushed there gives nobody time, and keeps nobody from the dispatch', async () => {
  const { task, claim, base } = await openClaim()
  const effect = makeDispatch({ task, claim, own: null })
  await stage.as('bob').rest.git.createRef({ ...stage.at, ref: effect.takeover.ref, sha: base })
  const forge = another()
  expect(await seenBy(forge)).toEqual({ sha: base, at: 0 })
  expect(await perform(forge, effect)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  const after = { ...effect, takeover: { ...effect.takeover, before: base } }
  expect(await perform(forge, after)).toMatchObject({ ok: true })
  expect(runs()).toBe(1)
})
