/** GitHub's own limits: sub-issues below one issue, and "blocked by" links of one issue in either direction. */
export const MOST_CHILDREN = 100
export const MOST_BLOCKERS = 50
