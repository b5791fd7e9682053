import type { Forge } from '../forge.ts'

type Answer = {
  repository: {
    pullRequest: { reviewThreads: { totalCount: number; nodes: { isResolved: boolean }[] } } | null
  }
}

const QUERY = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) { reviewThreads(first: 100) { totalCount nodes { isResolved } } }
  }
}`

/**
 * How many conversations on its lines are not resolved; asked only where the branch's rules want them to be, and in every look, as
 * REST does not tell it and to resolve one changes nothing else. What is beyond the first hundred counts as open.
 */
export async function countUnresolved(forge: Forge, number: number): Promise<number | null> {
  const { owner, repo } = forge
  const { repository } = await forge.octokit.graphql<Answer>(QUERY, { owner, repo, number })
  const threads = repository.pullRequest?.reviewThreads
  if (threads === undefined) return null
  const beyond = threads.totalCount - threads.nodes.length
  return threads.nodes.filter(({ isResolved }) => !isResolved).length + beyond
}
