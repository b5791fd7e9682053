import { notFound, ok, type RepoCall, type Route } from '../../http/route.ts'
import { type Member, membersOf } from '../engine/concurrency.ts'
import { engineOf } from '../engine/engine.ts'
import { htmlUrl, repoUrl } from '../json.ts'
import { runOf } from '../lookup.ts'

const ROOT = '/repos/{owner}/{repo}/actions'
const READ = [{ actions: 'read' as const }]

type Group = ReturnType<typeof membersOf>[number]

function groupJson({ state, repo }: RepoCall, group: Group): Record<string, unknown> {
  const name = encodeURIComponent(group.name)
  return { group_name: group.name, group_url: `${repoUrl(state, repo)}/actions/concurrency_groups/${name}` }
}

/** Who holds the group, then who waits for it; `position` counts those ahead. */
function membersJson(call: RepoCall, group: Group): Record<string, unknown>[] {
  const { group_url: url } = groupJson(call, group)
  const all = [...(group.running ? [group.running] : []), ...group.waiting]
  return all.map((member, index) => ({
    ...memberJson(call, member),
    status: member === group.running ? 'in_progress' : 'pending',
    position: index,
    position_url: `${url}?ahead_of_run=${member.runId}`,
  }))
}

function memberJson({ state, repo }: RepoCall, member: Member): Record<string, unknown> {
  const run = repo.actions.runs.get(member.runId)
  const job = run?.jobs.find(each => each.id === member.jobId)
  const api = `${repoUrl(state, repo)}/actions`
  const page = `${htmlUrl(state, repo)}/actions/runs/${member.runId}`
  return {
    run_id: member.runId,
    run_name: run?.display_title ?? '',
    run_url: `${api}/runs/${member.runId}`,
    run_html_url: page,
    ...(job
      ? {
          job_id: job.id,
          job_name: job.name,
          job_url: `${api}/jobs/${job.id}`,
          job_html_url: `${page}/job/${job.id}`,
        }
      : {}),
  }
}

function list(call: RepoCall) {
  const groups = membersOf(engineOf(call.state).groups, call.repo.id)
  const shown = groups.map(group => ({ ...groupJson(call, group), last_acquired_at: null }))
  return ok({ total_count: groups.length, concurrency_groups: shown })
}

/** 404 when nothing runs or waits in it. */
function get(call: RepoCall) {
  const name = (call.params.concurrency_group_name ?? '').toLowerCase()
  const found = membersOf(engineOf(call.state).groups, call.repo.id).find(
    group => group.name.toLowerCase() === name,
  )
  if (!found) throw notFound()
  const members = membersJson(call, found)
  return ok({ ...groupJson(call, found), total_count: members.length, group_members: members })
}

function listOfRun(call: RepoCall) {
  const { id } = runOf(call)
  const groups = membersOf(engineOf(call.state).groups, call.repo.id)
  const shown = groups.flatMap(group => {
    const own = membersJson(call, group).filter(member => member.run_id === id)
    return own.length === 0 ? [] : [{ ...groupJson(call, group), group_members: own }]
  })
  return ok({ total_count: shown.length, concurrency_groups: shown })
}

export const groupRoutes: Route[] = [
  { method: 'GET', path: `${ROOT}/concurrency_groups`, needs: READ, handle: list },
  { method: 'GET', path: `${ROOT}/concurrency_groups/{concurrency_group_name}`, needs: READ, handle: get },
  { method: 'GET', path: `${ROOT}/runs/{run_id}/concurrency_groups`, needs: READ, handle: listOfRun },
]
