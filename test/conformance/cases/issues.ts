import { equal, match, ok } from 'node:assert/strict'
import { createBranch, openIssue, openPull, settled } from '../act.ts'
import type { Case } from '../case.ts'
import { awaitDeliveries, numberIn } from '../deliveries.ts'
import type { Site } from '../site.ts'

async function label(site: Site): Promise<string> {
  const name = site.name('label')
  await site.app.send('POST', './labels', { name, color: 'ededed' })
  site.later(() => site.app.ask('DELETE', `./labels/${name}`))
  return name
}

async function labelsAtCreation(site: Site): Promise<void> {
  const [a, b] = [await label(site), await label(site)]
  const issue = await openIssue(site, { labels: [a, b] })
  type Event = { event: string; label?: { name: string } }
  const events = await site.until('the labels to be in the timeline', async () => {
    const all = await site.app.get<Event[]>(`./issues/${issue.number}/timeline?per_page=100`)
    const labeled = all.filter(one => one.event === 'labeled')
    return labeled.length >= 2 && labeled
  })
  equal(
    events
      .map(one => one.label?.name)
      .sort()
      .join(),
    [a, b].sort().join(),
  )
  const sent = await awaitDeliveries(site, {
    event: 'issues.labeled',
    count: 2,
    matches: payload => numberIn(payload, 'issue') === issue.number,
  })
  equal(sent.length, 2, 'one delivery a label')
}

async function labelsReplace(site: Site): Promise<void> {
  const [a, b] = [await label(site), await label(site)]
  const issue = await openIssue(site, { labels: [a] })
  type Labelled = { labels: { name: string }[] }
  const changed = await site.app.send<Labelled>('PATCH', `./issues/${issue.number}`, { labels: [b] })
  equal(changed.labels.map(one => one.name).join(), b, 'a change of the issue replaces the set')
  const added = await site.app.send<{ name: string }[]>('POST', `./issues/${issue.number}/labels`, {
    labels: [a],
  })
  equal(added.length, 2, 'adding adds')
}

async function subIssues(site: Site): Promise<void> {
  const parent = await openIssue(site)
  const child = await openIssue(site)
  const add = (id: number) =>
    site.app.ask('POST', `./issues/${parent.number}/sub_issues`, { body: { sub_issue_id: id } })
  ok((await add(child.number)).status >= 400, 'a number is no id')
  equal((await add(child.id)).status, 201)
  const above = await site.app.get<{ number: number }>(`./issues/${child.number}/parent`)
  equal(above.number, parent.number)
  equal((await site.app.ask('GET', `./issues/${parent.number}/parent`)).status, 404)
  for (const event of ['sub_issues.sub_issue_added', 'sub_issues.parent_issue_added']) {
    await awaitDeliveries(site, {
      event,
      matches: payload => numberIn(payload, 'sub_issue') === child.number,
    })
  }
}

async function nestedSince(site: Site): Promise<void> {
  const [first, second, child] = [await openIssue(site), await openIssue(site), await openIssue(site)]
  const body = { sub_issue_id: child.id, replace_parent: true }
  for (const { number } of [first, second]) await site.app.send('POST', `./issues/${number}/sub_issues`, body)
  type Events = { nodes: { createdAt: string; parent: { number: number } | null }[] }
  const query = `query($owner: String!, $repo: String!, $number: Int!) {
    repository(owner: $owner, name: $repo) { issue(number: $number) {
      timelineItems(last: 1, itemTypes: [PARENT_ISSUE_ADDED_EVENT]) {
        nodes { ... on ParentIssueAddedEvent { createdAt parent { number repository { nameWithOwner } } } }
      }
    } }
  }`
  const [owner, repo] = site.door.repository.split('/')
  const last = await site.until('the timeline to tell of the second parent', async () => {
    type Told = { repository: { issue: { timelineItems: Events } } }
    const { data } = await site.app.graphql<Told>(query, { owner, repo, number: child.number })
    const event = data?.repository.issue.timelineItems.nodes[0]
    return event?.parent?.number === second.number && event
  })
  ok(!Number.isNaN(Date.parse(last.createdAt)))
}

async function dependencies(site: Site): Promise<void> {
  const blocked = await openIssue(site)
  const blocker = await openIssue(site)
  const path = `./issues/${blocked.number}/dependencies/blocked_by`
  ok(
    (await site.app.ask('POST', path, { body: { issue_id: blocker.number } })).status >= 400,
    'a number is no id',
  )
  equal((await site.app.ask('POST', path, { body: { issue_id: blocker.id } })).status, 201)
  const blocking = await site.app.get<{ number: number }[]>(
    `./issues/${blocker.number}/dependencies/blocking`,
  )
  equal(blocking.map(one => one.number).join(), String(blocked.number))
  const shown = await site.app.get<{ issue_dependencies_summary: { total_blocked_by: number } }>(
    `./issues/${blocked.number}`,
  )
  equal(shown.issue_dependencies_summary.total_blocked_by, 1)
  equal((await site.app.ask('DELETE', `${path}/${blocker.id}`)).status, 200)
}

async function dependencyDeliveries(site: Site): Promise<void> {
  const blocked = await openIssue(site)
  const blocker = await openIssue(site)
  const path = `./issues/${blocked.number}/dependencies/blocked_by`
  await site.app.send('POST', path, { issue_id: blocker.id })
  for (const event of ['issue_dependencies.blocked_by_added', 'issue_dependencies.blocking_added']) {
    const matches = (payload: Record<string, unknown>) =>
      numberIn(payload, 'blocked_issue') === blocked.number
    await awaitDeliveries(site, { event, matches })
  }
}

async function closingKeyword(site: Site): Promise<void> {
  const aside = await openIssue(site)
  const direct = await openIssue(site)
  const base = site.name('onto')
  await createBranch(site, base)
  const land = async (target: string, issue: number) => {
    const head = site.name('closes')
    const sha = await createBranch(site, head, { files: { [`${head}.txt`]: head } })
    const pull = await openPull(site, { base: target, head, body: `Closes #${issue}` })
    await settled(site, pull.number)
    await site.app.send('PUT', `./pulls/${pull.number}/merge`, { sha })
    return { pull, path: `./contents/${head}.txt` }
  }
  await land(base, aside.number)
  const { path } = await land(site.defaultBranch, direct.number)
  const { sha } = await site.app.get<{ sha: string }>(path)
  site.later(() => site.app.send('DELETE', path, { message: 'conformance: tidy', sha }))
  const state = async (issue: number) => (await site.app.get<{ state: string }>(`./issues/${issue}`)).state
  await site.until('the issue to be closed', async () => (await state(direct.number)) === 'closed')
  equal(await state(aside.number), 'open', 'the other base closes nothing')
}

const LINKED = `query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { closingIssuesReferences(first: 5) { nodes { number } } }
  }
}`
type Linked = {
  repository: { pullRequest: { closingIssuesReferences: { nodes: { number: number }[] } } }
}

async function closingLink(site: Site): Promise<void> {
  const issue = await openIssue(site)
  const [owner, name] = site.door.repository.split('/')
  const base = site.name('onto')
  await createBranch(site, base)
  const linked = async (target: string) => {
    const head = site.name('links')
    await createBranch(site, head, { files: { [`${head}.txt`]: head } })
    const { number } = await openPull(site, { base: target, head, body: `Fixes #${issue.number}` })
    const reply = await site.app.graphql<Linked>(LINKED, { owner, name, number })
    return reply.data?.repository.pullRequest.closingIssuesReferences.nodes.map(one => one.number).join()
  }
  equal(await linked(base), '', 'no link on another base')
  equal(await linked(site.defaultBranch), String(issue.number))
}

async function pullsAreIssues(site: Site): Promise<void> {
  const head = site.name('listed')
  await createBranch(site, head, { files: { [`${head}.txt`]: head } })
  const pull = await openPull(site, { base: site.defaultBranch, head })
  type Listed = { number: number; pull_request?: object }
  const listed = await site.until('the pull request to be listed among issues', async () => {
    const issues = await site.app.get<Listed[]>('./issues?state=open&per_page=100')
    return issues.find(one => one.number === pull.number)
  })
  ok(listed.pull_request)
}

async function unknownFields(site: Site): Promise<void> {
  const reply = await site.app.ask('POST', './issues', { body: { body: 'without a title' } })
  equal(reply.status, 422)
  match(String(reply.body.message), /title|Invalid request|Validation Failed/)
}

export const issueCases: Case[] = [
  {
    id: 'labels-at-creation',
    title: 'Labels given at creation appear as labeled events and as one issues.labeled delivery each',
    cites: '2.4',
    basis: 'unproven',
    run: labelsAtCreation,
  },
  {
    id: 'labels-replace',
    title: 'labels in a change of an issue replaces the set; adding adds',
    cites: '2.4',
    basis: 'documented',
    run: labelsReplace,
  },
  {
    id: 'sub-issues',
    title: 'Sub-issues are named by database id; one change sends two deliveries',
    cites: '2.1',
    basis: 'documented',
    run: subIssues,
  },
  {
    id: 'nested-since',
    title: 'The timeline tells since when an issue is below its parent, and which that is',
    cites: '2.5',
    basis: 'documented',
    run: nestedSince,
  },
  {
    id: 'dependencies',
    title: 'Dependencies are named by database id and counted in the issue’s summary',
    cites: '2.2',
    basis: 'documented',
    run: dependencies,
  },
  {
    id: 'dependency-deliveries',
    title: 'One dependency sends two issue_dependencies deliveries, one a side',
    cites: '2.2',
    basis: 'unproven',
    run: dependencyDeliveries,
  },
  {
    id: 'closing-keyword',
    title: 'A closing keyword closes its issue only when the base is the default branch',
    cites: '2.3',
    basis: 'documented',
    run: closingKeyword,
  },
  {
    id: 'closing-link',
    title: 'On any other base a closing keyword makes no link either',
    cites: '2.3',
    basis: 'documented',
    run: closingLink,
  },
  {
    id: 'pulls-among-issues',
    title: 'Lists of issues hold pull requests, told by their pull_request key',
    cites: '2.4',
    basis: 'documented',
    run: pullsAreIssues,
  },
  {
    id: 'issue-needs-title',
    title: 'An issue without a title is refused with 422',
    cites: '2.4',
    basis: 'documented',
    run: unknownFields,
  },
]
