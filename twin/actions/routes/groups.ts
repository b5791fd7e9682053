import { notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { type Member, membersOf } from '../engine/concurrency.ts'
import { engineOf } from '../engine/engine.ts'
import { runOf } from '../lookup.ts'

const ROOT = '/repos/{owner}/{repo}/actions'
const READ = [{ actions: 'read' as const }]

type Group = ReturnType<typeof membersOf>[number]

function groupJson(call: RepoCall, group: Group): Record<string, unknown> {
  const one = (member: Member, status: string) => ({
    run_id: member.runId,
    run_name: call.repo.actions.runs.get(member.runId)?.display_title ?? '',
    ...(member.jobId === null ? {} : { job_id: member.jobId }),
    status,
  })
  const running = group.running ? [one(group.running, 'in_progress')] : []
  return {
    group_name: group.name,
    group_members: [...running, ...group.waiting.map(each => one(each, 'pending'))],
  }
}

function list(call: RepoCall, of: (group: Group) => boolean = () => true) {
  const groups = membersOf(engineOf(call.state).groups, call.repo.id).filter(of)
  return ok({ total_count: groups.length, concurrency_groups: groups.map(group => groupJson(call, group)) })
}

/** 404 when nothing runs or waits in it. */
function get(call: RepoCall) {
  const name = (call.params.concurrency_group_name ?? '').toLowerCase()
  const found = membersOf(engineOf(call.state).groups, call.repo.id).find(
    group => group.name.toLowerCase() === name,
  )
  if (!found) throw notFound()
  return ok(groupJson(call, found))
}

function listOfRun(call: RepoCall) {
  const { id } = runOf(call)
  return list(call, group => [group.running, ...group.waiting].some(member => member?.runId === id))
}

export const groupRoutes: Route[] = [
  { method: 'GET', path: `${ROOT}/concurrency_groups`, needs: READ, handle: call => list(call) },
  { method: 'GET', path: `${ROOT}/concurrency_groups/{concurrency_group_name}`, needs: READ, handle: get },
  { method: 'GET', path: `${ROOT}/runs/{run_id}/concurrency_groups`, needs: READ, handle: listOfRun },
]
