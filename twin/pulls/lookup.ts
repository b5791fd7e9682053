import { notFound } from '../http/route.ts'
import { issueAt } from '../issues/lookup.ts'
import type { Issue } from '../issues/state.ts'
import type { Repo } from '../state.ts'
import type { Pull, Review } from './state.ts'

export function pullAt(repo: Repo, number: string | undefined): { pull: Pull; issue: Issue } {
  const pull = repo.pulls.get(Number(number))
  if (!pull) throw notFound()
  return { pull, issue: issueAt(repo, number) }
}

export function reviewAt(pull: Pull, id: string | undefined): Review {
  const review = pull.reviews.find(each => each.id === Number(id))
  if (!review) throw notFound()
  return review
}
