/** What the container's user set, resolved over env and envFrom. `opaque` is a valueFrom or a source that cannot be read. */
export type UserValue = { kind: 'literal'; value: string } | { kind: 'opaque' };

/** Looks a variable up among those the user set; undefined where the user did not set it. */
export type UserLookup = (name: string) => UserValue | undefined;
