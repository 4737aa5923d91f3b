/** Waiting for facts, with a deadline. Nothing here waits for a time to pass. */
/** How long a fact may take to come true, in milliseconds; long, because machines may be busy. */
export const DEADLINE = 30_000;
/** How often one looks, in milliseconds. */
const LOOK_AGAIN = 40;
/** What `look` gives as soon as it is not undefined; an error that names `what` when it takes too long. */
export async function waitFor(what, look, deadline = DEADLINE) {
    const end = performance.now() + deadline;
    for (;;) {
        const found = await look();
        if (found !== undefined)
            return found;
        if (performance.now() > end)
            throw new Error(`${what}: not within ${deadline / 1000} s`);
        await new Promise((resume) => setTimeout(resume, LOOK_AGAIN));
    }
}
/** Waits until `holds` does; the error tells what `seen` was at last. */
export async function until(what, see, holds, deadline = DEADLINE) {
    let seen;
    const look = async () => {
        seen = await see();
        return holds(seen) ? { seen } : undefined;
    };
    try {
        return (await waitFor(what, look, deadline)).seen;
    }
    catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        throw new Error(`${words}; seen at last: ${JSON.stringify(seen)?.slice(0, 2000)}`);
    }
}
