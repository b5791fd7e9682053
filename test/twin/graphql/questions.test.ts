import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRepo, tokenFor } from '../../../twin/seed.ts'
import { createTwin } from '../../../twin/twin.ts'
import { AT, commit, openSite, type Site } from '../gitdata/site.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site.close())

const REPO = `repository(owner: "ada", name: "demo")`

test('a field that the twin does not have fails by name, a field that nobody has is a bad query', async () => {
  const unknown = await site.ask(`{ ${REPO} { name codeOfConduct { name } } }`)
  expect(unknown.errors?.[0]).toMatchObject({
    message: '501 Repository.codeOfConduct is not part of the twin',
    path: ['repository', 'codeOfConduct'],
  })
  expect(unknown.data.repository.name).toBe('demo')
  const bad = await site.ask(`{ ${REPO} { nonsense } }`)
  expect(bad.data).toBeUndefined()
  expect(bad.errors?.[0]?.message).toContain('nonsense')
})

test('connections need boundaries from 1 to 100 and page through everything once', async () => {
  for (let n = 0; n < 7; n++) await site.bot.issues.create({ ...AT, title: `t${n}` })
  const open = async (args: string) =>
    (await site.ask(`{ ${REPO} { issues${args} { totalCount } } }`)).errors?.[0]
  expect(await open('')).toMatchObject({ type: 'MISSING_PAGINATION_BOUNDARIES' })
  expect(await open('(first: 101)')).toMatchObject({ type: 'EXCESSIVE_PAGINATION' })
  expect(await open('(first: 0)')).toBeDefined()
  expect(await open('(first: 100)')).toBeUndefined()
  const seen: string[] = []
  let after: string | null = null
  do {
    const page = await site.ask(
      `query($after: String) { ${REPO} { issues(first: 3, after: $after) { totalCount nodes { title } pageInfo { hasNextPage endCursor } } } }`,
      { after },
    )
    const { nodes, pageInfo, totalCount } = page.data.repository.issues
    expect(totalCount).toBe(7)
    seen.push(...nodes.map((each: { title: string }) => each.title))
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after)
  expect(seen).toEqual(['t0', 't1', 't2', 't3', 't4', 't5', 't6'])
  const last = await site.ask(
    `{ ${REPO} { issues(last: 2) { nodes { title } pageInfo { hasPreviousPage } } } }`,
  )
  expect(last.data.repository.issues).toEqual({
    nodes: [{ title: 't5' }, { title: 't6' }],
    pageInfo: { hasPreviousPage: true },
  })
})

test('an issue with its labels, edits, timeline, dependencies and family', async () => {
  const { bot, owner } = site
  const one = (await owner.issues.create({ ...AT, title: 'one', body: 'first text', labels: ['go'] })).data
  const two = (await bot.issues.create({ ...AT, title: 'two' })).data
  await owner.issues.update({ ...AT, issue_number: one.number, body: 'second text', title: 'uno' })
  await bot.issues.createComment({ ...AT, issue_number: one.number, body: 'hi' })
  const ids = { a: one.node_id, b: two.node_id }
  const linked = await site.ask(
    `mutation($a: ID!, $b: ID!) {
      addBlockedBy(input: {issueId: $a, blockingIssueId: $b}) { issue { blockedBy(first: 5) { nodes { number } } } blockingIssue { number } }
      addSubIssue(input: {issueId: $a, subIssueId: $b}) { issue { number } subIssue { parent { number } } }
      closeIssue(input: {issueId: $b, stateReason: NOT_PLANNED}) { issue { state stateReason } }
    }`,
    ids,
  )
  expect(linked.errors).toBeUndefined()
  expect(linked.data).toMatchObject({
    addBlockedBy: {
      issue: { blockedBy: { nodes: [{ number: two.number }] } },
      blockingIssue: { number: two.number },
    },
    addSubIssue: { subIssue: { parent: { number: one.number } } },
    closeIssue: { issue: { state: 'CLOSED', stateReason: 'NOT_PLANNED' } },
  })
  const asked = await site.ask(
    `query($n: Int!) { ${REPO} { issue(number: $n) {
      id databaseId number title body state stateReason lastEditedAt authorAssociation
      author { login __typename ... on User { databaseId } }
      labels(first: 5) { nodes { name } }
      comments(first: 5) { nodes { body author { login __typename ... on Bot { databaseId } } } }
      userContentEdits(first: 5) { totalCount nodes { diff editor { login } } }
      subIssues(first: 5) { nodes { number state } } subIssuesSummary { total completed }
      blockedBy(first: 5) { nodes { number } } blocking(first: 5) { totalCount }
      timelineItems(first: 50, itemTypes: [LABELED_EVENT, ISSUE_COMMENT, RENAMED_TITLE_EVENT]) { nodes { __typename
        ... on LabeledEvent { label { name } actor { login } } ... on IssueComment { body } ... on RenamedTitleEvent { previousTitle currentTitle } } }
    } } }`,
    { n: one.number },
  )
  expect(asked.errors).toBeUndefined()
  expect(asked.data.repository.issue).toMatchObject({
    id: one.node_id,
    databaseId: one.id,
    title: 'uno',
    body: 'second text',
    state: 'OPEN',
    authorAssociation: 'OWNER',
    author: { login: 'ada', __typename: 'User' },
    labels: { nodes: [{ name: 'go' }] },
    comments: { nodes: [{ body: 'hi', author: { login: 'helper', __typename: 'Bot' } }] },
    userContentEdits: { totalCount: 2, nodes: [{ diff: 'second text' }, { diff: 'first text' }] },
    subIssues: { nodes: [{ number: two.number, state: 'CLOSED' }] },
    subIssuesSummary: { total: 1, completed: 1 },
    blockedBy: { nodes: [{ number: two.number }] },
    blocking: { totalCount: 0 },
    timelineItems: {
      nodes: [
        { __typename: 'LabeledEvent', label: { name: 'go' }, actor: { login: 'ada' } },
        { __typename: 'RenamedTitleEvent', previousTitle: 'one', currentTitle: 'uno' },
        { __typename: 'IssueComment', body: 'hi' },
      ],
    },
  })
})

test('labels, comments, reactions and hiding by global id', async () => {
  const issue = (await site.owner.issues.create({ ...AT, title: 'one' })).data
  const label = (await site.owner.issues.createLabel({ ...AT, name: 'ready', color: '00ff00' })).data
  const done = await site.ask(
    `mutation($i: ID!, $l: [ID!]!) {
      addLabelsToLabelable(input: {labelableId: $i, labelIds: $l}) { labelable { ... on Issue { labels(first: 3) { nodes { name } } } } }
      addComment(input: {subjectId: $i, body: "said"}) { commentEdge { node { id databaseId } } }
      addReaction(input: {subjectId: $i, content: ROCKET}) { reaction { content } subject { id } }
    }`,
    { i: issue.node_id, l: [label.node_id] },
  )
  expect(done.errors).toBeUndefined()
  expect(done.data.addLabelsToLabelable.labelable.labels.nodes).toEqual([{ name: 'ready' }])
  const { id, databaseId } = done.data.addComment.commentEdge.node
  const rest = await site.owner.issues.getComment({ ...AT, comment_id: databaseId })
  expect(rest.data).toMatchObject({ node_id: id, body: 'said' })
  expect((await site.owner.issues.get({ ...AT, issue_number: issue.number })).data.reactions?.rocket).toBe(1)
  const hidden = await site.ask(
    `mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) { minimizedComment { isMinimized minimizedReason } } }`,
    { id },
  )
  expect(hidden.data.minimizeComment.minimizedComment).toEqual({
    isMinimized: true,
    minimizedReason: 'outdated',
  })
  const nodes = await site.ask(`query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`, {
    ids: [issue.node_id, id, label.node_id, site.repo.node_id, 'I_nonsense'],
  })
  expect(nodes.data.nodes.map((each: { __typename: string } | null) => each?.__typename ?? null)).toEqual([
    'Issue',
    'IssueComment',
    'Label',
    'Repository',
    null,
  ])
  expect(nodes.errors?.[0]).toMatchObject({ type: 'NOT_FOUND' })
})

test('what may not be seen does not exist; what may not be done is forbidden, both with status 200', async () => {
  const hidden = await openSite({ private: true, permissions: { metadata: 'read', issues: 'read' } })
  try {
    const stranger = tokenFor(hidden.twin.state, 'mallory')
    const seen = await hidden.ask(`{ ${REPO} { id } }`, {}, stranger)
    expect(seen.data).toEqual({ repository: null })
    expect(seen.errors?.[0]).toMatchObject({
      type: 'NOT_FOUND',
      message: "Could not resolve to a Repository with the name 'ada/demo'.",
    })
    const issue = (await hidden.owner.issues.create({ ...AT, title: 'x' })).data
    const said = await hidden.ask(
      `mutation($i: ID!) { addComment(input: {subjectId: $i, body: "b"}) { clientMutationId } }`,
      { i: issue.node_id },
    )
    expect(said.data).toEqual({ addComment: null })
    expect(said.errors?.[0]).toMatchObject({
      type: 'FORBIDDEN',
      message: 'Resource not accessible by integration',
      path: ['addComment'],
    })
    const code = await hidden.ask(`{ ${REPO} { object(expression: "main:README.md") { oid } } }`)
    expect(code.errors?.[0]).toMatchObject({ type: 'FORBIDDEN' })
  } finally {
    await hidden.close()
  }
})

test('a pull request with its checks, and merging it only at the expected head', async () => {
  const { bot, owner, repo, twin } = site
  repo.protections.set('main', {
    requiredChecks: [{ context: 'ci', appId: null }],
    strict: false,
    requiredApprovals: 0,
    dismissStale: false,
    requireLastPushApproval: false,
    requireCodeOwners: false,
    linearHistory: false,
    enforceAdmins: true,
    requirePull: true,
  })
  const issue = (await owner.issues.create({ ...AT, title: 'bug' })).data
  const head = await commit(bot, { branch: 'fix', from: 'main', files: { 'src/a.ts': 'one\n2\nthree\n' } })
  const body = `Fixes #${issue.number}`
  const pull = (await bot.pulls.create({ ...AT, title: 'fix', body, head: 'fix', base: 'main' })).data
  await bot.checks.create({ ...AT, name: 'ci', head_sha: head, status: 'in_progress' })
  const run = (
    await bot.checks.create({
      ...AT,
      name: 'extra',
      head_sha: head,
      status: 'completed',
      conclusion: 'success',
    })
  ).data
  await twin.quiet()
  const look = async () =>
    (
      await site.ask(
        `query($n: Int!) { ${REPO} { pullRequest(number: $n) {
        number state isDraft merged mergeable mergeStateStatus headRefOid headRefName baseRefName baseRefOid isInMergeQueue
        author { login } reviewDecision reviews(first: 5) { totalCount }
        files(first: 5) { nodes { path additions changeType } }
        closingIssuesReferences(first: 5) { nodes { number } }
        mergeCommit { oid }
        commits(last: 1) { totalCount nodes { commit { oid statusCheckRollup { state contexts(first: 10) { totalCount nodes { __typename
          ... on CheckRun { name status conclusion databaseId isRequired(pullRequestNumber: $n) checkSuite { app { databaseId } } } } } } } } }
      } } }`,
        { n: pull.number },
      )
    ).data.repository.pullRequest
  const app = { app: { databaseId: site.app.id } }
  expect(await look()).toMatchObject({
    state: 'OPEN',
    mergeable: 'MERGEABLE',
    mergeStateStatus: 'BLOCKED',
    headRefOid: head,
    author: { login: 'helper' },
    files: { nodes: [{ path: 'src/a.ts', additions: 1, changeType: 'MODIFIED' }] },
    closingIssuesReferences: { nodes: [{ number: issue.number }] },
    commits: {
      totalCount: 1,
      nodes: [
        {
          commit: {
            oid: head,
            statusCheckRollup: {
              state: 'PENDING',
              contexts: {
                totalCount: 2,
                nodes: [
                  { name: 'ci', status: 'IN_PROGRESS', conclusion: null, isRequired: true, checkSuite: app },
                  {
                    name: 'extra',
                    conclusion: 'SUCCESS',
                    databaseId: run.id,
                    isRequired: false,
                    checkSuite: app,
                  },
                ],
              },
            },
          },
        },
      ],
    },
  })
  const merge = (expectedHeadOid: string) =>
    site.ask(
      `mutation($id: ID!, $h: GitObjectID!) { mergePullRequest(input: {pullRequestId: $id, expectedHeadOid: $h, mergeMethod: SQUASH}) { pullRequest { state mergeCommit { oid } } } }`,
      { id: pull.node_id, h: expectedHeadOid },
    )
  expect((await merge(head)).errors?.[0]?.message).toContain('Required status check "ci"')
  await bot.checks.create({ ...AT, name: 'ci', head_sha: head, status: 'completed', conclusion: 'success' })
  expect((await merge('f'.repeat(40))).errors?.[0]).toMatchObject({ type: 'STALE_DATA' })
  repo.settings.allow_auto_merge = true
  const auto = await site.ask(
    `mutation($id: ID!) { enablePullRequestAutoMerge(input: {pullRequestId: $id}) { clientMutationId } }`,
    { id: pull.node_id },
  )
  expect(auto.errors?.[0]?.message).toContain('is in clean status')
  const merged = await merge(head)
  expect(merged.errors).toBeUndefined()
  expect(merged.data.mergePullRequest.pullRequest.state).toBe('MERGED')
  await twin.quiet()
  expect((await look()).mergeCommit.oid).toBe((await bot.repos.getCommit({ ...AT, ref: 'main' })).data.sha)
  expect((await owner.issues.get({ ...AT, issue_number: issue.number })).data.state).toBe('closed')
})

test('issues can be narrowed by state, label and time of change', async () => {
  const { owner, twin } = site
  const a = (await owner.issues.create({ ...AT, title: 'a', labels: ['x'] })).data
  await owner.issues.create({ ...AT, title: 'b', labels: ['y'] })
  await owner.issues.update({ ...AT, issue_number: a.number, state: 'closed' })
  twin.state.clock.advance(60_000)
  const since = new Date(twin.state.clock.now()).toISOString()
  await owner.issues.create({ ...AT, title: 'c' })
  const titles = async (args: string) => {
    const found = await site.ask(`{ ${REPO} { issues(first: 10, ${args}) { nodes { title } } } }`)
    return found.data.repository.issues.nodes.map((each: { title: string }) => each.title)
  }
  expect(await titles('states: [OPEN]')).toEqual(['b', 'c'])
  expect(await titles('labels: ["x", "y"]')).toEqual(['a', 'b'])
  expect(await titles(`filterBy: {since: "${since.slice(0, 19)}Z"}`)).toEqual(['c'])
  expect(await titles('orderBy: {field: UPDATED_AT, direction: DESC}')).toEqual(['c', 'b', 'a'])
})

test('Enterprise Server does not know the fields that are newer than it', async () => {
  const twin = await createTwin({ profile: 'ghes' })
  try {
    await createRepo(twin.state, { owner: 'ada', name: 'demo' })
    const answer = await fetch(twin.graphqlUrl, {
      method: 'POST',
      headers: { authorization: `bearer ${tokenFor(twin.state, 'ada')}` },
      body: JSON.stringify({
        query: `{ ${REPO} { issues(first: 1) { nodes { blockedBy(first: 1) { totalCount } } } } }`,
      }),
    })
    const body = (await answer.json()) as { errors: { message: string }[] }
    expect(body.errors[0]?.message).toContain('blockedBy')
  } finally {
    await twin.close()
  }
})
