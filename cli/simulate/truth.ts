import type { Arrival, Project, Relation } from './world.ts'

/** What is true of the project at a moment, whoever knows it. */
export type Truth = {
  project: Project
  /** In the order in which they landed. */
  landed: readonly { arrival: Arrival }[]
  /** How many of them had landed when it was made, by number: with these it was written. */
  made: ReadonlyMap<number, number>
}

export function relation(project: Project, a: Arrival, b: Arrival): Relation {
  return a.number < b.number ? project.relate(a, b) : project.relate(b, a)
}

/** Of what landed after it was made, among the first `until`: does it break with any? */
export function breaksWith(
  { project, landed, made }: Truth,
  arrival: Arrival,
  until = landed.length,
): Relation {
  const later = landed.slice(made.get(arrival.number) ?? 0, until)
  const relations = later.map(one => relation(project, one.arrival, arrival))
  return relations.includes('textual') ? 'textual' : relations.includes('semantic') ? 'semantic' : 'none'
}

/** Bad by itself, or broken with what landed since it was made, or with one of `others`. */
export function isGuilty(truth: Truth, arrival: Arrival, others: readonly Arrival[]): boolean {
  if (arrival.bad || breaksWith(truth, arrival) !== 'none') return true
  return others.some(other => other !== arrival && relation(truth.project, other, arrival) !== 'none')
}

/** What CI finds: about the members, with one another and with the first `after` of what landed. */
export function isRed(truth: Truth, members: readonly Arrival[], after: number): boolean {
  return members.some(
    (one, i) =>
      one.bad ||
      breaksWith(truth, one, after) !== 'none' ||
      members.slice(i + 1).some(other => relation(truth.project, one, other) !== 'none'),
  )
}
