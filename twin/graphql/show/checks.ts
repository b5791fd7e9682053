import type { GraphQLResolveInfo } from 'graphql'
import { rulesFor } from '../../checks/protection.ts'
import { newestStatuses } from '../../checks/required.ts'
import type { Annotation, CheckRun, CheckSuite, CommitStatus } from '../../checks/state.ts'
import { latestRuns, suiteVerdict } from '../../checks/suite.ts'
import { readCommit } from '../../gitdata/commit.ts'
import { web } from '../../issues/address.ts'
import { nodeId, type Repo } from '../../state.ts'
import { connect } from '../connection.ts'
import { needs } from '../permission.ts'
import { Problem } from '../problem.ts'
import type { Args, FieldFunction, Fields, World } from '../world.ts'

type Context = { run: CheckRun } | { status: CommitStatus }

/** All checks and statuses of a commit as one verdict; null when there are none. */
export function showRollup(world: World, repo: Repo, sha: string): Fields | null {
  const contexts = contextsOf(repo, sha)
  if (contexts.length === 0) return null
  const list: FieldFunction = (args, _world, info) => {
    needs(world, repo, 'checks')
    const runs = contexts.filter(each => 'run' in each).length
    const extra = { checkRunCount: runs, statusContextCount: contexts.length - runs }
    return connect(args, info, { items: contexts, toNode: each => showContext(world, repo, each), extra })
  }
  return {
    __typename: 'StatusCheckRollup',
    id: `SCR_${Buffer.from(`${repo.id}:${sha}`).toString('base64url')}`,
    state: rollupState(contexts),
    commit: () => world.show.object(world, repo, sha),
    contexts: list,
  }
}

/** The newest run of each name in each suite, and the newest status of each context. */
function contextsOf(repo: Repo, sha: string): Context[] {
  const suites = [...repo.checkSuites.values()].filter(suite => suite.head_sha === sha)
  const runs = suites.flatMap(suite => latestRuns(repo, suite.id)).map(run => ({ run }))
  return [...runs, ...newestStatuses(repo, sha).map(status => ({ status }))]
}

const GOOD = ['SUCCESS', 'NEUTRAL', 'SKIPPED']

function rollupState(contexts: Context[]): string {
  const states = contexts.map(verdictOf)
  if (states.includes('FAILURE')) return 'FAILURE'
  if (states.includes('ERROR')) return 'ERROR'
  return states.includes('PENDING') ? 'PENDING' : 'SUCCESS'
}

function verdictOf(context: Context): string {
  if ('status' in context) return context.status.state.toUpperCase()
  if (context.run.status !== 'completed') return 'PENDING'
  return GOOD.includes(context.run.conclusion?.toUpperCase() ?? '') ? 'SUCCESS' : 'FAILURE'
}

function showContext(world: World, repo: Repo, context: Context): Fields {
  return 'run' in context
    ? world.show.checkRun(world, repo, context.run)
    : showStatus(world, repo, context.status)
}

function showStatus(world: World, repo: Repo, status: CommitStatus): Fields {
  return {
    __typename: 'StatusContext',
    id: nodeId('SC', status.id),
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.target_url,
    createdAt: status.created_at,
    creator: () => world.show.account(world, status.creator),
    commit: () => world.show.object(world, repo, status.sha),
    isRequired: (args: Args) => required(repo, args, { name: status.context, appId: null }),
  }
}

export function showCheckRun(world: World, repo: Repo, run: CheckRun): Fields {
  const url = `${web(world.state, repo)}/runs/${run.id}`
  const suite = repo.checkSuites.get(run.suiteId)
  return {
    __typename: 'CheckRun',
    id: run.node_id,
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: run.started_at,
    completedAt: run.completed_at,
    externalId: run.external_id,
    detailsUrl: run.details_url,
    title: run.output.title,
    summary: run.output.summary,
    text: run.output.text,
    permalink: url,
    url,
    resourcePath: new URL(url).pathname,
    checkSuite: () => (suite ? world.show.checkSuite(world, repo, suite) : null),
    annotations: (args: Args, _world: World, info: GraphQLResolveInfo) =>
      connect(args, info, { items: run.annotations, toNode: each => showAnnotation(url, each) }),
    repository: () => world.show.repository(world, repo),
    isRequired: (args: Args) => required(repo, args, run),
  }
}

function showAnnotation(url: string, annotation: Annotation): Fields {
  const line = (at: number) => ({ __typename: 'CheckAnnotationPosition', line: at, column: null })
  return {
    __typename: 'CheckAnnotation',
    annotationLevel: annotation.annotation_level.toUpperCase(),
    blobUrl: url,
    location: {
      __typename: 'CheckAnnotationSpan',
      start: line(annotation.start_line),
      end: line(annotation.end_line),
    },
    message: annotation.message,
    path: annotation.path,
    rawDetails: annotation.raw_details,
    title: annotation.title,
  }
}

export function showCheckSuite(world: World, repo: Repo, suite: CheckSuite): Fields {
  const verdict = () => suiteVerdict(repo, suite)
  const url = `${web(world.state, repo)}/commit/${suite.head_sha}/checks?check_suite_id=${suite.id}`
  const runs: FieldFunction = (args, _world, info) => {
    needs(world, repo, 'checks')
    const filter = (args.filterBy ?? {}) as { checkName?: string; checkType?: string; status?: string }
    const all = [...repo.checkRuns.values()].filter(run => run.suiteId === suite.id)
    const items = (filter.checkType === 'ALL' ? all : latestRuns(repo, suite.id)).filter(
      run => !filter.checkName || run.name === filter.checkName,
    )
    return connect(args, info, { items, toNode: run => world.show.checkRun(world, repo, run) })
  }
  return {
    __typename: 'CheckSuite',
    id: suite.node_id,
    databaseId: suite.id,
    status: () => verdict().status.toUpperCase(),
    conclusion: () => verdict().conclusion?.toUpperCase() ?? null,
    createdAt: suite.created_at,
    updatedAt: suite.created_at,
    url,
    resourcePath: new URL(url).pathname,
    app: () => showApp(world, suite.appId),
    commit: async () => {
      const commit = await readCommit(repo, suite.head_sha)
      return commit && world.show.commit(world, repo, commit)
    },
    checkRuns: runs,
    workflowRun: () => showWorkflowRun(world, repo, suite),
    repository: () => world.show.repository(world, repo),
  }
}

function showApp(world: World, appId: number): Fields | null {
  const app = world.state.apps.apps.get(appId)
  if (!app) return null
  return {
    __typename: 'App',
    id: `A_${app.id}`,
    databaseId: app.id,
    name: app.name,
    slug: app.slug,
    clientId: app.clientId,
    description: null,
    url: `${world.state.url}/apps/${app.slug}`,
  }
}

function showWorkflowRun(world: World, repo: Repo, suite: CheckSuite): Fields | null {
  const run = [...repo.actions.runs.values()].find(each => each.checkSuiteId === suite.id)
  if (!run) return null
  const workflow = repo.actions.workflows.get(run.workflowId)
  return {
    __typename: 'WorkflowRun',
    id: run.node_id,
    databaseId: run.id,
    runNumber: run.run_number,
    event: run.event,
    createdAt: run.created_at,
    updatedAt: run.updated_at,
    url: `${web(world.state, repo)}/actions/runs/${run.id}`,
    workflow: workflow && {
      __typename: 'Workflow',
      id: workflow.node_id,
      databaseId: workflow.id,
      name: workflow.name,
    },
  }
}

/** Whether the base of that pull request asks for this check (from this app, where it says so). */
function required(repo: Repo, args: Args, check: { name: string; appId: number | null }): boolean {
  const pull = [...repo.pulls.values()].find(
    each => each.number === args.pullRequestNumber || each.node_id === args.pullRequestId,
  )
  if (!pull) throw new Problem('UNPROCESSABLE', 'Must specify a pull request ID or number')
  return rulesFor(repo, pull.base.ref).requiredChecks.some(
    each => each.context === check.name && (each.appId === null || each.appId === check.appId),
  )
}
