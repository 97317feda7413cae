package io.hawser.center;

import io.hawser.center.broadcast.BroadcastSettings;
import io.hawser.center.http.ApiLimits;
import io.hawser.center.http.ApiListen;
import io.hawser.center.link.LookupSettings;
import io.hawser.center.link.RepeatSettings;
import io.hawser.center.message.PushSettings;
import io.hawser.keeper.config.AdminListen;
import io.hawser.keeper.config.LinkListen;
import io.hawser.rpc.directory.AppDirectorySettings;
import io.hawser.rpc.link.LinkSettings;
import java.util.List;

/**
 * A center's configuration. {@link #isLive} tells what is followed while it runs; the rest is read at the start.
 *
 * @param zone where it stands; empty where there are no zones
 * @param link under which host it is known to others; no other service calls a center, so nothing listens there
 * @param admin where it serves its admin pages
 * @param links how it calls other services
 * @param api where it serves the API
 * @param limits what callers may use
 * @param directory how the copy of the apps is kept
 * @param repeats how calls to savers are repeated
 * @param lookups how users are looked up
 * @param pushes how messages are handed to rooms
 * @param broadcasts how broadcasts are run
 */
public record CenterConfig(
        String zone,
        LinkListen link,
        AdminListen admin,
        LinkSettings links,
        ApiListen api,
        ApiLimits limits,
        AppDirectorySettings directory,
        RepeatSettings repeats,
        LookupSettings lookups,
        PushSettings pushes,
        BroadcastSettings broadcasts) {
    private static final List<String> LIVE = List.of(
            "limits.maxConcurrentRequests",
            "limits.requestTimeout",
            "repeats.",
            "lookups.",
            "pushes.",
            "broadcasts.smallApp",
            "broadcasts.membersPerSecond",
            "broadcasts.tick",
            "broadcasts.lease",
            "broadcasts.grant",
            "broadcasts.maxSlices",
            "broadcasts.maxWaiters",
            "broadcasts.waitPoll");

    /** Whether a change of the key is applied while the center runs. */
    static boolean isLive(String key) {
        return LIVE.stream().anyMatch(key::startsWith);
    }

    public static CenterConfig defaults() {
        return new CenterConfig(
                "",
                LinkListen.defaults(),
                AdminListen.defaults(),
                LinkSettings.defaults(),
                ApiListen.defaults(),
                ApiLimits.defaults(),
                AppDirectorySettings.defaults(),
                RepeatSettings.defaults(),
                LookupSettings.defaults(),
                PushSettings.defaults(),
                BroadcastSettings.defaults());
    }
}
