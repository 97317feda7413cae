package io.hawser.rpc.directory;

import io.hawser.rpc.v1.App;

/** How long an app's messages may live. */
public final class MaxTtl {
    /** As long as any app may let them live, in seconds. */
    public static final int LONGEST_SECONDS = 365 * 86_400;

    private MaxTtl() {}

    /** Returns seconds: the app's own limit, or {@link #LONGEST_SECONDS} where it was stored without one. */
    public static int seconds(App app) {
        return app.getMaxTtlSeconds() > 0 ? app.getMaxTtlSeconds() : LONGEST_SECONDS;
    }
}
