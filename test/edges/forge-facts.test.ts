import { afterEach, expect, test } from 'vitest'
import { ADMISSION_REF } from '../../core/attempt/dispatching.ts'
import { printEnvelope } from '../../core/contract/envelope.ts'
import { emptyControls, emptyRecord } from '../../core/ledger.ts'
import {
  printAttemptRef,
  printBranch,
  printClaimRef,
  printPullMarker,
  printTaskId,
  STATUS_MARKER,
} from '../../core/names.ts'
import { plan } from '../../core/plan.ts'
import { UNSEEN } from '../../core/schedule/blocker.ts'
import type { TaskFacts } from '../../core/world.ts'
import { observe } from '../../forge/observe.ts'
import { type Performed, perform } from '../../forge/perform.ts'
import { createClock } from '../../twin/clock.ts'
import { addCollaborator, commitFiles, createRepo } from '../../twin/seed.ts'
import { makeTicket } from '../make.ts'
import { FILES, type ForgeStage, setForgeStage } from './forge-stage.ts'

/** What single facts look like when somebody plays tricks, or nothing is there. */

let stage: ForgeStage

afterEach(() => stage.twin.close())

function note(performed: Performed): Record<string, unknown> {
  if (!performed.ok) throw new Error(JSON.stringify(performed.fault))
  return (performed.note ?? {}) as Record<string, unknown>
}

async function openIssue(labels: string[] = ['agent:codex']): Promise<number> {
  const body = 'Please.'
  const { data } = await stage.as('ada').rest.issues.create({ ...stage.at, title: 'Say more', body, labels })
  return data.number
}

async function onlyTask(): Promise<TaskFacts> {
  const { tasks } = await observe(stage.forge)
  expect(tasks).toHaveLength(1)
  return tasks[0]!
}

/** A pull request of ours with these files, from the task's branch. */
async function propose(
  issue: number,
  files: Record<string, string | null>,
): Promise<{ head: string; pull: number }> {
  const { state } = stage.twin
  const task = printTaskId(issue)
  const head = await commitFiles(state, stage.repo, {
    branch: `scratch-${issue}`,
    files,
    message: 'feat: more',
  })
  const branch = printBranch({ agent: 'codex', task })
  const move = { before: null, after: head, move: 'fast-forward' } as const
  note(await perform(stage.forge, { do: 'publish', task, branch, ...move }))
  const text = { title: 'feat: more', body: `Closes #${issue}` }
  const opened = await perform(stage.forge, {
    do: 'open',
    task,
    head: branch,
    sha: head,
    base: 'main',
    ...text,
  })
  return { head, pull: Number(note(opened).pull) }
}

test('a claim that somebody else made, or copied to another name, is not sealed', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  const { repo } = await observe(stage.forge)
  const ticket = makeTicket({ task, issue, attempt: 1, base: repo.head })
  const { claim } = note(
    await perform(stage.forge, { do: 'claim', task, attempt: 1, ticket, admitted: null }),
  )
  const bob = stage.as('bob').rest.git
  await bob.createRef({ ...stage.at, ref: printClaimRef({ task, attempt: 2 }), sha: String(claim) })
  const json = JSON.stringify({ ...ticket, attempt: 3 })
  const { tree } = (await bob.getCommit({ ...stage.at, commit_sha: repo.head })).data
  const forged = await bob.createCommit({
    ...stage.at,
    message: printEnvelope({ subject: 'chorus: claim', json, seal: 'f'.repeat(64) }),
    tree: tree.sha,
    parents: [repo.head],
  })
  await bob.createRef({ ...stage.at, ref: printClaimRef({ task, attempt: 3 }), sha: forged.data.sha })
  await bob.createRef({ ...stage.at, ref: printClaimRef({ task, attempt: 4 }), sha: repo.head })
  // Reviews have numbers of their own: what is sealed as one is no attempt of the same number, nor the other way round.
  const review = { ...ticket, kind: 'review', attempt: 5 } as const
  const reviewed = note(
    await perform(stage.forge, { do: 'claim', task, attempt: 5, ticket: review, admitted: null }),
  )
  await bob.createRef({ ...stage.at, ref: printClaimRef({ task, attempt: 5 }), sha: String(reviewed.claim) })
  const name = { kind: 'review', task, attempt: 1 } as const
  await bob.createRef({ ...stage.at, ref: printClaimRef(name), sha: String(claim) })
  const { claims, reviews } = await onlyTask()
  const shown = (all: typeof claims) => all.map(({ attempt, sealed, ticket }) => [attempt, sealed, ticket.ok])
  expect(shown(claims)).toEqual([
    [1, true, true],
    [2, false, true],
    [3, false, true],
    [4, false, false],
    [5, false, true],
  ])
  expect(shown(reviews.claims)).toEqual([
    [1, false, true],
    [5, true, true],
  ])
})

test('a claim that the list does not show yet has its place, is not made twice, and who made it still knows that', async () => {
  stage = await setForgeStage({ lag: { maxMs: 60_000 } })
  const issue = await openIssue()
  const task = printTaskId(issue)
  const { repo } = await observe(stage.forge)
  const effect = {
    do: 'claim',
    task,
    attempt: 1,
    ticket: makeTicket({ task, issue, attempt: 1, base: repo.head }),
    admitted: null,
  } as const
  const { claim } = note(await perform(stage.forge, effect))
  const asked = stage.twin.requests.length
  expect(await perform(stage.forge, effect)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(stage.twin.requests.length).toBe(asked)
  const { tasks, admission } = await observe(stage.forge)
  const seen = tasks.find(one => one.id === task)?.claims
  expect(seen?.map(one => [one.sha, one.dispatch?.is])).toEqual([[claim, 'unsent']])

  // Nor does the list show that somebody was admitted: it was this process itself, which goes on.
  expect(admission.last).toBeNull()
  const ticket = makeTicket({ task: 'bd-zzzz', issue: 4_711, attempt: 1, base: repo.head })
  note(await perform(stage.forge, { do: 'claim', task: 'bd-zzzz', attempt: 1, ticket, admitted: null }))

  // Cleared away it is gone, whatever was known of it.
  const refs = [{ name: printClaimRef(effect.ticket), sha: String(claim) }]
  note(await perform(stage.forge, { do: 'drop-refs', task, refs }))
  expect(stage.forge.memory.claimed.size).toBe(1)
})

test('O5: two controllers: one claim, one record, the other comes out stale', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  const other = stage.another()
  const [world] = await Promise.all([observe(stage.forge), observe(other)])
  const ticket = makeTicket({ task, issue, attempt: 1, base: world.repo.head })
  const claims = await Promise.all(
    [stage.forge, other].map(forge =>
      perform(forge, { do: 'claim', task, attempt: 1, ticket, admitted: null }),
    ),
  )
  expect(claims.map(claim => (claim.ok ? 'won' : claim.fault.is)).sort()).toEqual(['stale', 'won'])
  const record = { do: 'record', controls: null, events: [], usage: [], learnings: [] } as const
  const records = new Map([[task, emptyRecord(issue)]])
  const begun = await Promise.all(
    [stage.forge, other].map(forge => perform(forge, { ...record, head: null, records })),
  )
  expect(begun.map(came => (came.ok ? 'won' : came.fault.is)).sort()).toEqual(['stale', 'won'])
  const { head } = (await observe(stage.forge)).ledger
  await observe(other)
  const grown = await Promise.all(
    [stage.forge, other].map(forge =>
      perform(forge, { ...record, head, records: new Map(), controls: emptyControls, events: [event()] }),
    ),
  )
  expect(grown.map(came => (came.ok ? 'won' : came.fault.is)).sort()).toEqual(['stale', 'won'])
  expect((await observe(stage.forge)).ledger).toEqual((await observe(other)).ledger)
})

function event() {
  return { at: Date.UTC(2026, 10, 20, 12), task: null, event: 'test', actor: 'ada', cause: '', evidence: {} }
}

test('events are appended, also by a controller that has not written the part before', async () => {
  stage = await setForgeStage()
  const write = async (forge = stage.forge) => {
    const { head } = (await observe(forge)).ledger
    return note(
      await perform(forge, {
        do: 'record',
        head,
        controls: null,
        records: new Map(),
        events: [event()],
        usage: [],
        learnings: [],
      }),
    )
  }
  await write()
  await write()
  await write(stage.another())
  await write()
  const ref = 'chorus/ledger'
  const path = 'events/2026-11-20.1.jsonl'
  const { data } = await stage.as('ada').rest.repos.getContent({ ...stage.at, path, ref })
  const text = Buffer.from((data as { content: string }).content, 'base64').toString()
  expect(
    text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  ).toEqual([event(), event(), event(), event()])
})

test('a command on an issue that nothing else marks is found', async () => {
  stage = await setForgeStage()
  const quiet = await openIssue([])
  const issue = await openIssue([])
  await stage
    .as('bob')
    .rest.issues.createComment({ ...stage.at, issue_number: quiet, body: 'nice /chorus idea' })
  expect((await observe(stage.forge)).tasks).toEqual([])
  await stage
    .as('tim')
    .rest.issues.createComment({ ...stage.at, issue_number: issue, body: '/chorus run codex' })
  const task = await onlyTask()
  expect(task.issue.number).toBe(issue)
  expect(task.issue.timeline).toMatchObject([
    { is: 'commented', body: '/chorus run codex', edited: false, by: { login: 'tim' } },
  ])
  stage.counted()
  await onlyTask()
  expect(stage.counted()).toEqual([])
})

test('changes tell renames, modes and removals by the trees', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const moved = 'export const a = 1\n'
  await propose(issue, { 'src/a.js': null, 'lib/a.js': moved, 'new.txt': 'one\ntwo\n', 'README.md': null })
  await stage.twin.quiet(20_000)
  const { pull } = await onlyTask()
  const changes = [...(pull?.changes ?? [])].sort((a, b) => a.path.localeCompare(b.path))
  expect(changes).toMatchObject([
    { path: 'lib/a.js', previous: 'src/a.js', status: 'renamed', added: 0, removed: 0, mode: '100644' },
    { path: 'new.txt', status: 'added', added: 2, addedLines: ['one', 'two'], bytes: 8, previousMode: null },
    { path: 'README.md', status: 'removed', mode: null, previousMode: '100644', bytes: 0 },
  ])
  expect(changes).toHaveLength(3)
})

test('a head that lacks the newest base is not current where the rules are strict, and a merge there is seen', async () => {
  stage = await setForgeStage()
  await stage.as('ada').rest.repos.createRepoRuleset({
    ...stage.at,
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      {
        type: 'required_status_checks',
        parameters: {
          strict_required_status_checks_policy: true,
          required_status_checks: [{ context: 'chorus/gate', integration_id: stage.forge.app.id }],
        },
      },
    ],
  })
  const issue = await openIssue()
  const { head, pull } = await propose(issue, { 'b.txt': 'b\n' })
  await stage.twin.quiet(20_000)
  const world = await observe(stage.forge)
  expect(world.rules).toMatchObject({
    strict: true,
    required: [{ name: 'chorus/gate', appId: stage.forge.app.id }],
  })
  expect(world.tasks[0]?.pull?.current).toBe(true)
  const land = {
    do: 'land',
    task: printTaskId(issue),
    pull,
    head,
    base: world.repo.head,
    into: 'main',
    verify: false,
    exact: false,
    check: null,
    method: 'squash',
    title: 't',
    message: 'm',
    summary: 's',
  } as const
  const main = stage.as('ada').rest
  const branchHead = await commitFiles(stage.twin.state, stage.repo, {
    branch: 'person',
    files: { 'c.txt': 'c\n' },
    message: 'person',
  })
  const opened = await main.pulls.create({ ...stage.at, head: 'person', base: 'main', title: 'person' })
  const strangers = (await observe(stage.forge)).strangers
  expect(strangers).toEqual([{ number: opened.data.number, head: branchHead, proposal: false }])
  note(
    await perform(stage.forge, {
      do: 'gate',
      task: null,
      pull: opened.data.number,
      head: branchHead,
      check: null,
      conclusion: 'success',
      title: 'Not ours',
      summary: 'Not ours.',
      key: 'stranger',
    }),
  )
  expect((await observe(stage.another())).strangers).toEqual([])
  await stage.twin.quiet(20_000)
  await main.pulls.merge({ ...stage.at, pull_number: opened.data.number })
  await stage.twin.quiet(20_000)
  expect((await onlyTask()).pull?.current).toBe(false)
  const landed = await perform(stage.forge, land)
  expect(landed).toMatchObject({ ok: false, fault: { is: 'stale' } })
  const after = await onlyTask()
  expect(after.pull).toMatchObject({ state: 'open', gate: { status: 'in_progress', conclusion: null } })
})

test('dropping a branch: done, done already, or left alone when somebody moved it', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  const { head } = await propose(issue, { 'b.txt': 'b\n' })
  const branch = printBranch({ agent: 'codex', task })
  const drop = { do: 'drop-branch', task, branch, sha: head } as const
  await commitFiles(stage.twin.state, stage.repo, { branch, files: { 'x.txt': 'x\n' }, message: 'by hand' })
  expect(await perform(stage.forge, drop)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  const moved = (await onlyTask()).branches.get(branch)
  expect(await perform(stage.forge, { ...drop, sha: moved! })).toMatchObject({ ok: true })
  expect(await perform(stage.forge, { ...drop, sha: moved! })).toMatchObject({ ok: true })
  expect((await onlyTask()).branches.size).toBe(0)
})

test('reviews, comments and the closing of a pull request are told with who did it', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const { pull, head } = await propose(issue, { 'b.txt': 'b\n' })
  const { rest } = stage.as('bob')
  await rest.pulls.createReview({
    ...stage.at,
    pull_number: pull,
    event: 'REQUEST_CHANGES',
    body: 'Say why.',
    comments: [{ path: 'b.txt', line: 1, side: 'RIGHT', body: 'here' }],
  })
  await rest.issues.createComment({ ...stage.at, issue_number: pull, body: '/chorus revise shorter' })
  const open = await onlyTask()
  expect(open.pull).toMatchObject({
    reviews: [{ state: 'changes_requested', sha: head, body: 'Say why.', by: { login: 'bob' } }],
    comments: [{ body: '/chorus revise shorter', by: { login: 'bob' } }],
  })
  expect(open.pull?.reviews[0]?.comments).toEqual([{ path: 'b.txt', line: 1, body: 'here' }])
  await rest.pulls.update({ ...stage.at, pull_number: pull, state: 'closed' })
  expect((await onlyTask()).pull).toMatchObject({ state: 'closed', closedBy: { login: 'bob' } })
})

test('blockers, containers and edits are told; a GHES without them has none', async () => {
  stage = await setForgeStage()
  const { rest, request } = stage.as('ada')
  const blocker = await openIssue([])
  const issue = await openIssue()
  const { data } = await rest.issues.get({ ...stage.at, issue_number: blocker })
  await request('POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by', {
    ...stage.at,
    issue_number: issue,
    issue_id: data.id,
  })
  await rest.issues.update({ ...stage.at, issue_number: issue, body: 'Other text.' })
  const task = await onlyTask()
  expect(task.blockers).toEqual([
    { issue: blocker, repo: null, title: 'Say more', state: 'open', stateReason: null },
  ])
  expect(task.issue).toMatchObject({
    container: false,
    body: 'Other text.',
    edits: [{ by: { login: 'ada' } }],
  })

  // Of one in a repository that the app cannot see GitHub only tells that it is there: as long as it is open, it is waited for.
  const private_ = await createRepo(stage.twin.state, { owner: 'zoe', name: 'vault', private: true })
  addCollaborator(stage.twin.state, private_, 'ada', 'admin')
  const vault = { owner: 'zoe', repo: 'vault' }
  const { data: hidden } = await rest.issues.create({ ...vault, title: 'Secret plans' })
  await request('POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by', {
    ...stage.at,
    issue_number: issue,
    issue_id: hidden.id,
  })
  expect((await onlyTask()).blockers.slice(1)).toEqual([UNSEEN])
  await rest.issues.update({ ...vault, issue_number: hidden.number, state: 'closed' })
  expect((await onlyTask()).blockers).toHaveLength(1)

  await stage.twin.close()
  stage = await setForgeStage({ profile: 'ghes' })
  await openIssue()
  expect((await onlyTask()).blockers).toEqual([])
})

// Who edited it is asked again where our own writes fell into another second than the issue: its date tells no more.
test.each([
  { later: 0, edits: 0 },
  { later: 1000, edits: 1 },
])(
  'our own labels and comments, $later ms later, are not read back as news; everybody else’s are',
  async ({ later, edits }) => {
    const began = Date.now()
    const clock = createClock(() => began)
    stage = await setForgeStage({ clock })
    const issue = await openIssue()
    const task = printTaskId(issue)
    await onlyTask()
    const label = { do: 'label', task, issue } as const
    clock.advance(later)
    note(await perform(stage.forge, { ...label, add: ['phase:spawned'], remove: [] }))
    const said = await perform(stage.forge, {
      do: 'say',
      task,
      issue,
      comment: null,
      body: STATUS_MARKER,
      once: false,
    })
    const comment = Number(note(said).comment)
    stage.counted()
    const spoken = await onlyTask()
    expect(spoken.statusComment).toEqual({ id: comment, body: STATUS_MARKER, at: expect.any(Number) })
    expect(spoken.issue.labels).toEqual(['agent:codex', 'phase:spawned'])
    const reads = stage.counted()
    expect(reads.filter(line => line.includes('/timeline'))).toEqual([])
    const [asked, others] = [true, false].map(is =>
      reads.filter(line => line.endsWith(' /api/graphql') === is),
    )
    expect(others).toHaveLength(1)
    expect(asked).toHaveLength(edits)
    note(await perform(stage.forge, { ...label, add: ['phase:working'], remove: ['phase:spawned'] }))
    const { rest } = stage.as('tim')
    await rest.issues.createComment({ ...stage.at, issue_number: issue, body: '/chorus stop' })
    const answered = await onlyTask()
    expect(answered.issue.timeline.filter(fact => fact.is === 'commented').map(fact => fact.body)).toEqual([
      STATUS_MARKER,
      '/chorus stop',
    ])
  },
)

test('labels move in one request once their ids are known, and still move when an id is gone', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  await onlyTask()
  const label = { do: 'label', task, issue } as const
  for (const name of ['phase:spawned', 'phase:working']) {
    note(await perform(stage.forge, { ...label, add: [name], remove: [] }))
  }
  note(await perform(stage.forge, { ...label, add: [], remove: ['phase:working'] }))
  stage.counted()
  note(await perform(stage.forge, { ...label, add: ['phase:working'], remove: ['phase:spawned'] }))
  expect(stage.counted()).toHaveLength(1)
  expect((await onlyTask()).issue.labels).toEqual(['agent:codex', 'phase:working'])
  await stage.as('ada').rest.issues.deleteLabel({ ...stage.at, name: 'phase:spawned' })
  note(await perform(stage.forge, { ...label, add: ['phase:spawned'], remove: ['phase:working'] }))
  expect((await onlyTask()).issue.labels).toEqual(['agent:codex', 'phase:spawned'])
})

test('a label rides along with its branch, and has its own turn where its id is gone', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  await onlyTask()
  const label = { do: 'label', task, issue } as const
  for (const name of ['phase:working', 'phase:pr_created']) {
    note(await perform(stage.forge, { ...label, add: [name], remove: [] }))
  }
  note(await perform(stage.forge, { ...label, add: [], remove: ['phase:pr_created'] }))
  const { repo } = await observe(stage.forge)
  const publish = {
    do: 'publish',
    task,
    branch: printBranch({ agent: 'codex', task }),
    before: null,
    after: repo.head,
    move: 'fast-forward',
  } as const
  const swap = { ...label, add: ['phase:pr_created'], remove: ['phase:working'] }
  stage.counted()
  note(await perform(stage.forge, { ...publish, along: swap }))
  note(await perform(stage.forge, swap))
  expect(stage.counted()).toHaveLength(1)
  expect((await onlyTask()).issue.labels).toEqual(['agent:codex', 'phase:pr_created'])

  // The branch is there already: nothing of that is hidden by the label that could ride.
  const back = { ...label, add: ['phase:working'], remove: ['phase:pr_created'] }
  expect(await perform(stage.forge, { ...publish, along: back })).toMatchObject({
    ok: false,
    fault: { is: 'stale' },
  })
  await stage.as('ada').rest.issues.deleteLabel({ ...stage.at, name: 'phase:working' })
  const again = { ...publish, branch: `${publish.branch}x`, along: { ...back } }
  note(await perform(stage.forge, again))
  note(await perform(stage.forge, again.along))
  expect((await onlyTask()).issue.labels).toContain('phase:working')
})

test('an attempt is opened right after its branch has moved, in two requests, but not once more', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  await onlyTask()
  const label = { do: 'label', task, issue } as const
  for (const name of ['phase:working', 'phase:pr_created'])
    note(await perform(stage.forge, { ...label, add: [name], remove: [] }))
  const branch = printBranch({ agent: 'codex', task })
  const files = { 'src/b.js': 'export const b = 1\n' }
  const { state } = stage.twin
  const after = await commitFiles(state, stage.repo, { branch: 'scratch', files, message: 'feat: b' })
  const body = `Closes #${issue}\n\n${printPullMarker({ task, attempt: 1 })}`
  const opens = { do: 'open', task, head: branch, sha: after, base: 'main', title: 'feat: b', body } as const
  const along = { ...label, add: [], remove: ['phase:working'] }
  const publish = { do: 'publish', task, branch, before: null, after, move: 'fast-forward' } as const
  stage.counted()
  note(await perform(stage.forge, { ...publish, along, opens }))
  const made = await perform(stage.forge, opens)
  expect(stage.counted()).toHaveLength(2)
  expect(made).toMatchObject({ ok: true, note: { pull: [...stage.repo.pulls.keys()][0] } })

  // Somebody closes it, and its branch goes: to whoever was held up since then it looks as if nobody had been there.
  const { rest } = stage.as('ada')
  await rest.pulls.update({ ...stage.at, pull_number: [...stage.repo.pulls.keys()][0]!, state: 'closed' })
  await rest.git.deleteRef({ ...stage.at, ref: `heads/${branch}` })
  const late = { ...opens }
  const swap = { ...label, add: ['phase:working'], remove: ['phase:pr_created'] }
  note(await perform(stage.forge, { ...publish, along: swap, opens: late }))
  expect(await perform(stage.forge, late)).toMatchObject({ ok: false, fault: { is: 'stale' } })

  // Nor when it has come to show a later attempt before that.
  const [shown] = stage.repo.pulls.keys()
  const next = printPullMarker({ task, attempt: 2 })
  note(await perform(stage.forge, { do: 'describe', task, pull: shown!, title: 'feat: b', body: next }))
  await rest.git.deleteRef({ ...stage.at, ref: `heads/${branch}` })
  const later = { ...opens }
  note(await perform(stage.forge, { ...publish, along, opens: later }))
  expect(await perform(stage.forge, later)).toMatchObject({ ok: false, fault: { is: 'stale' } })
  expect(stage.repo.pulls.size).toBe(1)
})

test('an edited comment hides in our own echo for a minute at most', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  const { rest } = stage.as('tim')
  const { data } = await rest.issues.createComment({ ...stage.at, issue_number: issue, body: 'Use tabs.' })
  await onlyTask()
  await rest.issues.updateComment({ ...stage.at, comment_id: data.id, body: 'Use spaces.' })
  note(await perform(stage.forge, { do: 'label', task, issue, add: ['phase:spawned'], remove: [] }))
  stage.forge.now = () => Date.now() + 61_000
  const { issue: facts } = await onlyTask()
  expect(facts.timeline).toContainEqual(expect.objectContaining({ is: 'commented', body: 'Use spaces.' }))
})

test('where no check is required, a red commit status is seen although nothing else asked for statuses', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const { head } = await propose(issue, { 'a.txt': 'a\n' })
  const status = { state: 'failure', context: 'old-ci' } as const
  await stage.as('ada').rest.repos.createCommitStatus({ ...stage.at, sha: head, ...status })
  expect((await onlyTask()).pull?.checks).toMatchObject([
    { kind: 'status', name: 'old-ci', conclusion: 'failure' },
  ])
})

test('61: two workflows with a job of one name are told apart, and a run of one again is not', async () => {
  const workflow = (name: string, script: string) =>
    `name: ${name}\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{ run: '${script}' }]\n`
  stage = await setForgeStage({
    files: {
      ...FILES,
      '.github/workflows/one.yml': workflow('one', 'exit 1'),
      '.github/workflows/two.yml': workflow('two', 'true'),
    },
  })
  const issue = await openIssue()
  await observe(stage.forge)
  await propose(issue, { 'src/a.js': 'export const a = 2\n' })
  await stage.twin.quiet(30_000)
  for (const forge of [stage.forge, stage.another()]) {
    const pull = (await observe(forge)).tasks[0]!.pull!
    const tests = pull.checks.filter(check => check.name === 'test')
    // Each ran for both branches that show the commit.
    expect(tests.map(check => check.conclusion).toSorted()).toEqual([
      'failure',
      'failure',
      'success',
      'success',
    ])
    expect(new Set(tests.map(check => check.source)).size).toBe(2)
  }
})

test('refs of an issue that was closed long ago go in one step, also when nobody looked meanwhile', async () => {
  stage = await setForgeStage()
  const issue = await openIssue()
  const task = printTaskId(issue)
  const { repo } = await observe(stage.forge)
  const records = new Map([[task, emptyRecord(issue)]])
  note(
    await perform(stage.forge, {
      do: 'record',
      head: null,
      controls: null,
      records,
      events: [],
      usage: [],
      learnings: [],
    }),
  )
  const ticket = makeTicket({ task, issue, attempt: 1, base: repo.head })
  note(await perform(stage.forge, { do: 'claim', task, attempt: 1, ticket, admitted: null }))
  const bob = stage.as('bob').rest.git
  await bob.createRef({ ...stage.at, ref: printAttemptRef({ task, attempt: 1 }), sha: repo.head })
  // Of an issue that never was: passed over.
  await bob.createRef({
    ...stage.at,
    ref: printClaimRef({ task: printTaskId(4_711), attempt: 1 }),
    sha: repo.head,
  })
  await stage.as('ada').rest.issues.update({ ...stage.at, issue_number: issue, state: 'closed' })

  const later = { ...stage.another(), now: () => Date.now() + 30 * 86_400_000 }
  for (let look = 0; look < 2; look++) {
    const { effects } = plan(await observe(later), { now: later.now(), digest: () => 'd'.repeat(64) })
    for (const effect of effects) note(await perform(later, effect))
  }
  const left = await bob.listMatchingRefs({ ...stage.at, ref: 'chorus/' })
  expect(left.data.map(({ ref }) => ref)).toEqual([
    ADMISSION_REF,
    printClaimRef({ task: printTaskId(4_711), attempt: 1 }),
  ])
  const { tasks } = await observe(later)
  expect(tasks).toEqual([])
  expect((await observe(stage.forge)).tasks[0]?.record?.voidThrough).toBe(1)
})

test('whose landing is being taken back stays in view, however long that waits', async () => {
  stage = await setForgeStage()
  const [bad, top, other] = [await openIssue(), await openIssue(), await openIssue()] as const
  const by = { id: 1, login: 'ada' }
  const rollback = {
    by,
    at: 1,
    pulls: [
      { issue: top, pull: 91 },
      { issue: bad, pull: 90 },
    ],
    confirmed: { by, at: 2 },
  }
  const records = new Map([
    [printTaskId(bad), { ...emptyRecord(bad), rollback }],
    ...[top, other].map(issue => [printTaskId(issue), emptyRecord(issue)] as const),
  ])
  const told = { controls: null, events: [], usage: [], learnings: [] }
  note(await perform(stage.forge, { do: 'record', head: null, records, ...told }))
  for (const issue_number of [bad, top, other])
    await stage.as('ada').rest.issues.update({ ...stage.at, issue_number, state: 'closed' })
  expect((await observe(stage.forge)).tasks).toHaveLength(3)
  const later = { ...stage.forge, now: () => Date.now() + 30 * 86_400_000 }
  for (let look = 0; look < 2; look++) await observe(later)
  expect((await observe(later)).tasks.map(({ issue }) => issue.number)).toEqual([bad, top])
})
