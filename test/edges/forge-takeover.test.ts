import { Octokit } from '@octokit/rest'
import type { OctokitResponse } from '@octokit/types'
import { afterEach, expect, test } from 'vitest'
import { ADMISSION_REF, printTakeoverRef, type Takeover } from '../../core/attempt/dispatching.ts'
import type { Effect } from '../../core/effect.ts'
import { startJudge } from '../../core/landing/judgement.ts'
import {
  printAttemptRef,
  printClaimRef,
  printLoserRef,
  printReportRef,
  printTaskId,
} from '../../core/names.ts'
import { fail, isUnclear, toFault } from '../../forge/fault.ts'
import type { Forge } from '../../forge/forge.ts'
import { observe } from '../../forge/observe.ts'
import { moveAdmitted } from '../../forge/perform/admission.ts'
import { moveRefs } from '../../forge/perform/refs.ts'
import { perform } from '../../forge/perform.ts'
import { requestPolicy } from '../../forge/policy.ts'
import { makeDispatch, makeTicket } from '../make.ts'
import { type ForgeStage, setForgeStage } from './forge-stage.ts'

let stage: ForgeStage

afterEach(() => stage.twin.close())

type Claim = Extract<Effect, { do: 'claim' }>

async function openTask(title: string): Promise<{ task: string; issue: number }> {
  const wish = { title, body: 'Please.', labels: ['agent:codex'] }
  const issue = (await stage.as('ada').rest.issues.create({ ...stage.at, ...wish })).data.number
  return { task: printTaskId(issue), issue }
}

/** A claim whose maker is never heard of again. */
async function openClaim(): Promise<{ task: string; claim: string; base: string }> {
  stage = await setForgeStage()
  const { task, issue } = await openTask('Say more')
  const maker = stage.another()
  const base = (await observe(maker)).repo.head
  const ticket = makeTicket({ task, issue, attempt: 1, base })
  const made = await perform(maker, { do: 'claim', task, attempt: 1, ticket, admitted: null })
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

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const runs = () => stage.repo.actions.runs.size

test('of two who see in the same moment that nobody dispatched, one does; the other sees who, and since when', async () => {
  const { task, claim } = await openClaim()
  const effect = makeDispatch({ task, claim, admitted: claim, own: null })
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
  // Nobody gets so far before that: GitHub lists what was dispatched.
  const listed = async () =>
    (await stage.as('ada').rest.actions.listWorkflowRunsForRepo({ ...stage.at })).data.total_count
  await expect.poll(listed).toBe(1)
  const next = { ...effect, admitted: over!.sha, takeover: { ...effect.takeover, before: over!.sha } }
  // In the second of that commit it would be the very same one.
  const taken = async () => await perform(another(), next)
  await expect.poll(taken, { timeout: 10_000 }).toMatchObject({ ok: true })
  expect(runs()).toBe(1)
})

test('of two who see the same free place in the same moment one gets it, and goes on with the next; the other asks for nothing more', async () => {
  stage = await setForgeStage()
  const tasks = await Promise.all(['Say more', 'Say it twice', 'Say it again'].map(openTask))
  const [one, two] = [another(), another()]
  const { repo, admission } = await observe(one)
  const admitted = admission.last
  await observe(two)
  const claim = ({ task, issue }: (typeof tasks)[number]) => {
    const ticket = makeTicket({ task, issue, attempt: 1, base: repo.head })
    return { do: 'claim', task, attempt: 1, ticket, admitted } as const
  }
  const [first, second, third] = tasks.map(claim) as [Claim, Claim, Claim]
  expect(await perform(one, first)).toMatchObject({ ok: true })
  expect(await perform(one, second)).toMatchObject({ ok: true })
  const stale = { ok: false, fault: { is: 'stale', why: expect.stringContaining('another place') } }
  expect(await perform(two, third)).toMatchObject(stale)
  const asked = stage.twin.requests.length
  expect(await perform(two, third)).toMatchObject(stale)
  const start = startJudge({ sha: repo.head, key: '0123456789ab', try: 1 }, repo.head, [])
  expect(await perform(two, { do: 'judge', task: null, branch: 'main', admitted, ...start })).toMatchObject(
    stale,
  )
  expect(stage.twin.requests.length).toBe(asked)
  expect(runs()).toBe(0)

  const seen = await observe(two)
  expect(seen.tasks.map(({ claims }) => claims.length)).toEqual([1, 1, 0])
  // Who came too late to make it has taken nothing away.
  expect(seen.admission.last).not.toBeNull()
  expect(await perform(two, { ...third, admitted: seen.admission.last })).toMatchObject({ ok: true })
  // And whoever looked before that starts no merge job.
  const late = await perform(one, { do: 'judge', task: null, branch: 'main', admitted, ...start })
  expect(late).toMatchObject(stale)
  expect(runs()).toBe(0)
})

test('what says who was last may be deleted or moved by a person: at the next look it is gone on from there', async () => {
  const { task, claim, base } = await openClaim()
  const effect = makeDispatch({ task, claim, own: null })
  const bob = stage.as('bob').rest.git
  const forge = another()
  await bob.updateRef({ ...stage.at, ref: ADMISSION_REF.slice('refs/'.length), sha: base, force: true })
  expect((await observe(forge)).admission.last).toBe(base)
  expect(await perform(forge, { ...effect, admitted: claim })).toMatchObject({ ok: false })
  await bob.deleteRef({ ...stage.at, ref: ADMISSION_REF.slice('refs/'.length) })
  const { last: admitted } = (await observe(forge)).admission
  expect(admitted).toBeNull()
  // Below its name anything may stand, and it could not be made there.
  await bob.createRef({ ...stage.at, ref: `${ADMISSION_REF}/of/bob`, sha: base })
  await observe(forge)
  expect(await perform(forge, { ...effect, admitted })).toMatchObject({ ok: false })
  await observe(forge)
  expect(await perform(forge, { ...effect, admitted })).toMatchObject({ ok: true })
  expect(runs()).toBe(1)
})

test.each(['at its name', 'below its name', 'above its name'] as const)(
  'what a person pushed %s is in the way of that task once, and of nobody else',
  async where => {
    const { base } = await openClaim()
    const [shut, free] = await Promise.all(['Say it twice', 'Say it again'].map(openTask))
    const bob = stage.as('bob').rest.git
    const ref = printClaimRef({ task: shut!.task, attempt: 1 })
    const { sha } = (await bob.createBlob({ ...stage.at, content: 'No claim.' })).data
    const above = ref.slice(0, ref.lastIndexOf('/'))
    const odd = {
      'at its name': { ref, sha },
      'below its name': { ref: `${ref}/x`, sha: base },
      'above its name': { ref: above, sha: base },
    }
    await bob.createRef({ ...stage.at, ...odd[where] })
    const forge = another()
    const { last: admitted } = (await observe(forge)).admission
    const claim = ({ task, issue }: { task: string; issue: number }) => {
      const ticket = makeTicket({ task, issue, attempt: 1, base })
      return perform(forge, { do: 'claim', task, attempt: 1, ticket, admitted })
    }
    expect(await claim(shut!)).toMatchObject({ ok: false, fault: { is: 'stale' } })
    expect(await claim(free!)).toMatchObject({ ok: true })
    // Else it would take a place at each look, and never begin.
    expect(await claim(shut!)).toMatchObject({ ok: true })
  },
)

test('what a person pushed above all claims, when there were none yet, is in the way of none for long', async () => {
  stage = await setForgeStage()
  const task = await openTask('Say more')
  const forge = another()
  const { repo, admission } = await observe(forge)
  const ref = printClaimRef({ task: task.task, attempt: 1 }).split('/').slice(0, 3).join('/')
  await stage.as('bob').rest.git.createRef({ ...stage.at, ref, sha: repo.head })
  const ticket = makeTicket({ ...task, attempt: 1, base: repo.head })
  const claim = { do: 'claim', task: task.task, attempt: 1, ticket, admitted: admission.last } as const
  expect(await perform(forge, claim)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(await perform(forge, claim)).toMatchObject({ ok: true })
})

test('where what has places fills many pages, none of them is older than what says who was last', async () => {
  const { base } = await openClaim()
  const many = Array.from({ length: 100 }, (_, n) =>
    printAttemptRef({ task: printTaskId(100 + n), attempt: 1 }),
  )
  await moveRefs(
    stage.forge,
    many.map(name => ({ name, before: null, after: base, force: false })),
  )
  const [one, two] = [another(), another()]
  const { last: admitted } = (await observe(one)).admission
  const claimBy = async (forge: Forge, title: string, last: string | null) => {
    const { task, issue } = await openTask(title)
    const ticket = makeTicket({ task, issue, attempt: 1, base })
    return perform(forge, { do: 'claim', task, attempt: 1, ticket, admitted: last })
  }
  // In its next look somebody else claims when the second page has been read, on which claims are.
  let second: Promise<OctokitResponse<unknown>> | null = null
  one.octokit.hook.wrap('request', async (request, options) => {
    if (options.prefix !== 'chorus/') return request(options)
    const answer = async () => {
      const read = await Promise.resolve(request(options)).catch((error: unknown) => ({ error }))
      if (options.page === 2) await claimBy(two, 'Say it twice', admitted)
      if ('error' in read) throw read.error
      return read
    }
    if (options.page === 2) {
      second = answer()
      return second
    }
    // Where both are asked side by side, nobody says which is answered first.
    for (let n = 0; n < 100 && second === null; n++) await new Promise(resolve => setImmediate(resolve))
    await (second as Promise<unknown> | null)?.catch(() => {})
    return answer()
  })
  const seen = await observe(one)
  expect(second).not.toBeNull()
  expect(seen.tasks.flatMap(({ claims }) => claims)).toHaveLength(1)
  expect(await claimBy(one, 'Say it again', seen.admission.last)).toMatchObject({ fault: { is: 'stale' } })
})

test('there is no way round from who was last to itself', async () => {
  const { task, base } = await openClaim()
  const forge = another()
  const { last } = (await observe(forge)).admission
  const wish = { admitted: last, what: 'a place' }
  const admit = async (sha: string) => await moveAdmitted(forge, wish, { sha, moves: [] })
  await admit(base)
  // Given back and made again, in one second.
  await expect(admit(base)).rejects.toThrow(/given back in this very second/)
  await admit(last!)
  const again = async () =>
    await perform(forge, makeDispatch({ task, claim: last!, own: null, admitted: base }))
  expect(forge.memory.admission.moved.has(last)).toBe(false)
  expect(await again()).toMatchObject({ ok: true })
})

test('what GitHub refuses to start is given back: nobody waits for who was refused', async () => {
  const { task, claim } = await openClaim()
  const effect = makeDispatch({ task, claim, admitted: claim, own: null })
  const forge = another()
  expect(await perform(forge, { ...effect, branch: 'nowhere' })).toMatchObject({ ok: false })
  expect(forge.memory.dispatches.get(claim)).toMatchObject({ is: 'refused' })
  expect(await seenBy(forge)).toBeNull()
  const { last: admitted } = (await observe(forge)).admission
  // In the second of the commit that was given back it would be the very same one.
  const taken = async () => await perform(another(), { ...effect, admitted })
  await expect.poll(taken, { timeout: 10_000 }).toMatchObject({ ok: true })
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
    const late = await perform(forge, makeDispatch({ task, claim, admitted: claim, own }))
    expect(late).toMatchObject({ ok: false, fault: { is: 'stale' } })
    expect(forge.memory.dispatches.get(claim)).toBeUndefined()
  }
  expect(runs()).toBe(0)
})

test('what a write has to check is asked after what its client itself lets it wait for, as where replicas share their pace', async () => {
  let now = 0
  const sent: string[] = []
  const Waiting = Octokit.plugin(({ hook }) => {
    hook.wrap('request', (request, options) => {
      now = 6
      return request(options)
    })
  })
  const send = async (url: string) => {
    sent.push(url)
    return new Response('{}', { headers: { 'content-type': 'application/json' } })
  }
  const octokit = new Waiting({ request: { fetch: send }, log: SILENT })
  requestPolicy(octokit)
  const refuseLate = () => {
    if (now > 5) fail({ is: 'stale', why: 'too late' })
  }
  const asked = octokit.request('POST /dispatches', { request: { check: refuseLate } })
  const error = await asked.catch((error: unknown) => error)
  expect([toFault(error), isUnclear(error)]).toEqual([{ is: 'stale', why: 'too late' }, false])
  expect(sent).toEqual([])
})

test('a commit that a person pushed there gives nobody time, and keeps nobody from the dispatch', async () => {
  const { task, claim, base } = await openClaim()
  const effect = makeDispatch({ task, claim, admitted: claim, own: null })
  const bob = stage.as('bob').rest.git
  await bob.createRef({ ...stage.at, ref: effect.takeover.ref, sha: base })
  const forge = another()
  expect(await seenBy(forge)).toEqual({ sha: base, at: 0, since: 0 })
  expect(await perform(forge, effect)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  const after = { ...effect, takeover: { ...effect.takeover, before: base } }
  await observe(forge)
  expect(await perform(forge, after)).toMatchObject({ ok: true })
  expect(runs()).toBe(1)

  // Nor does the claim itself, said once more as of a time that never comes.
  const { message, tree, parents } = (await bob.getCommit({ ...stage.at, commit_sha: claim })).data
  const of = { name: 'Bob', email: 'bob@example.test', date: '2099-01-01T00:00:00Z' }
  const said = { message, tree: tree.sha, parents: parents.map(({ sha }) => sha), author: of, committer: of }
  const { sha } = (await bob.createCommit({ ...stage.at, ...said })).data
  await bob.updateRef({ ...stage.at, ref: effect.takeover.ref.slice('refs/'.length), sha, force: true })
  expect(await seenBy(stage.another())).toEqual({ sha, at: 0, since: 0 })
})

test('whose issue is here no longer has none of its refs forgotten: who took its claims over, and what reviewed it, is told with the rest', async () => {
  const { task, claim, base } = await openClaim()
  const names = [
    printTakeoverRef({ kind: 'review', task, attempt: 1 }),
    printClaimRef({ kind: 'review', task, attempt: 1 }),
    printReportRef({ kind: 'review', task, attempt: 1 }),
    printLoserRef({ task, attempt: 1, contender: 2 }),
  ]
  const forge = another()
  await moveRefs(
    forge,
    names.map(name => ({ name, before: null, after: base, force: false })),
  )
  const effect = makeDispatch({ task, claim, admitted: claim, own: null })
  expect(await perform(forge, effect)).toMatchObject({ ok: true })
  stage.repo.issues.clear()
  const [orphan] = (await observe(forge)).orphans
  expect(orphan?.refs.toSorted()).toEqual(
    [...names, effect.takeover.ref, printClaimRef({ task, attempt: 1 })].toSorted(),
  )
})
